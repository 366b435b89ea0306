namespace FastRnn.Layers;

/// <summary>Steps on their way forward through layers: all of a batch's, or some of them.</summary>
/// <param name="sequences">which row is whose</param>
/// <param name="size">what the trace is laid out for: the same for all parts of a batch, so that what lies in it stays in its place</param>
internal readonly ref struct ForwardPass(Sequences sequences, TraceSize size)
{
    /// <summary>All steps of sequences.</summary>
    internal ForwardPass(Sequences sequences)
        : this(sequences, sequences.Size)
    {
    }

    internal Sequences Sequences { get; } = sequences;

    internal TraceSize Size { get; } = size;

    /// <summary>Whether steps of these sequences are still to come: what sees their ends alone has nothing to do yet.</summary>
    internal bool HasMore { get; init; }

    /// <summary>Whether earlier steps of these sequences have gone the same way: what was kept once for all steps is in the trace.
    /// </summary>
    internal bool IsContinuation { get; init; }

    /// <summary>Counts the steps of training from 1; 0 outside of training.</summary>
    internal long TrainingStepNumber { get; init; }

    /// <summary>What goes on behind a layer that makes one row of each sequence.</summary>
    internal ForwardPass Reduced()
        => new(new Sequences(1, Size.Batch) { Memory = Sequences.Memory }, Size.Reduced)
        {
            HasMore = HasMore,
            IsContinuation = IsContinuation,
            TrainingStepNumber = TrainingStepNumber,
        };
}
