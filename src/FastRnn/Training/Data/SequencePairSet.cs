namespace FastRnn.Training;

/// <summary>
/// Pairs in memory to train an encoder and a decoder on: a source, and what the decoder is to make of it, each of any length. Parts of a
/// set share its memory.
/// </summary>
public sealed class SequencePairSet
{
    private readonly (int Start, int End)? _marks;

    private SequencePairSet(SequenceSet sources, SequenceSet targets, (int, int)? marks)
    {
        Sources = sources;
        Targets = targets;
        _marks = marks;
    }

    /// <summary>The number of pairs.</summary>
    public int Count => Sources.Count;

    /// <summary>What the encoder reads.</summary>
    internal SequenceSet Sources { get; }

    /// <summary>The decoder's inputs and targets.</summary>
    internal SequenceSet Targets { get; }

    /// <summary>A set for a trainer whose decoder takes and gives indices: each pair is a source and the indices to be written.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="startIndex">What the decoder gets at its first step.</param>
    /// <param name="endIndex">The index that ends a sequence, which the decoder has to learn to write.</param>
    /// <exception cref="ArgumentNullException">The trainer is null.</exception>
    /// <exception cref="ArgumentException">The decoder takes values, or the loss takes other targets than class indices.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is not in the decoder's vocabulary.</exception>
    public static SequencePairSet For(EncoderDecoderTrainer trainer, int startIndex, int endIndex)
    {
        SequencePairSet set = For(trainer);
        RnnSpec decoder = trainer.Decoder.Bptt.Spec;
        if (!decoder.TakesIndices || !trainer.Loss.TakesIndices)
        {
            throw new ArgumentException(
                $"Expected a decoder that takes indices and a loss of class indices, but the decoder takes "
                + $"{(decoder.TakesIndices ? "indices" : "values")} and the loss is {trainer.Loss}.",
                nameof(trainer));
        }

        Guard.Index(startIndex, decoder.InputSize, nameof(startIndex));
        Guard.Index(endIndex, Math.Min(decoder.InputSize, decoder.OutputSize), nameof(endIndex));
        return new SequencePairSet(set.Sources, set.Targets, (startIndex, endIndex));
    }

    /// <summary>A set for a trainer, whose pairs come with the decoder's inputs.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <exception cref="ArgumentNullException">The trainer is null.</exception>
    public static SequencePairSet For(EncoderDecoderTrainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        return new SequencePairSet(
            new SequenceSet(SequenceLayout.OfInputs(trainer.Encoder.Bptt.Spec)),
            new SequenceSet(SequenceLayout.Of(trainer.Decoder.Bptt.Spec, trainer.Loss)), marks: null);
    }

    /// <summary>Adds a pair, which is copied. The decoder is given the start and then the target; it has to write the target and then the
    /// end.</summary>
    /// <param name="source">What the encoder reads, [Tx, I] or indices [Tx].</param>
    /// <param name="target">The indices to be written, without start and end; there may be none.</param>
    /// <exception cref="InvalidOperationException">The set has no start and end.</exception>
    /// <exception cref="ArgumentException">The source has another kind or count; nothing has been added.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is not finite, or an index is not in its vocabulary; nothing has been added.
    /// </exception>
    public void Add(SequenceData source, ReadOnlySpan<int> target)
    {
        if (_marks is not { } marks)
        {
            throw new InvalidOperationException(
                "Expected a set with a start and an end, but this one has none: give the decoder's inputs and targets.");
        }

        Add(source, (int[])[marks.Start, .. target], (int[])[.. target, marks.End]);
    }

    /// <summary>Adds a pair, which is copied.</summary>
    /// <param name="source">What the encoder reads, [Tx, I] or indices [Tx].</param>
    /// <param name="inputs">What the decoder is given, [Ty, I] or indices [Ty]: what starts a sequence, then the targets of the step
    /// before.</param>
    /// <param name="targets">What it is to put out, [Ty, target size] or class indices [Ty].</param>
    /// <param name="weights">How much each target counts, one for each, at least 0; empty for 1 throughout.</param>
    /// <exception cref="ArgumentException">There are values where indices are expected or the other way round, or a count does not fit;
    /// nothing has been added.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is not finite, an index is not in its vocabulary, or a weight is below 0;
    /// nothing has been added.</exception>
    public void Add(SequenceData source, SequenceData inputs, SequenceData targets, ReadOnlySpan<float> weights = default)
    {
        Targets.Check(inputs, targets, weights);
        Sources.Add(source, default, [], nameof(source));
        Targets.Add(inputs, targets, weights);
    }

    /// <inheritdoc cref="SequenceSet.Split(double, int)"/>
    public (SequencePairSet First, SequencePairSet Second) Split(double share, int seed)
        => Join(Sources.Split(share, seed), Targets.Split(share, seed));

    /// <inheritdoc cref="SequenceSet.SplitInOrder"/>
    public (SequencePairSet First, SequencePairSet Second) SplitInOrder(double share)
        => Join(Sources.SplitInOrder(share), Targets.SplitInOrder(share));

    /// <inheritdoc cref="SequenceSet.Split(Func{int, bool})"/>
    public (SequencePairSet First, SequencePairSet Second) Split(Func<int, bool> isSecond)
    {
        ArgumentNullException.ThrowIfNull(isSecond);
        bool[] seconds = [.. Enumerable.Range(0, Count).Select(isSecond)];
        return Join(Sources.Split(index => seconds[index]), Targets.Split(index => seconds[index]));
    }

    private (SequencePairSet, SequencePairSet) Join(
        (SequenceSet First, SequenceSet Second) sources, (SequenceSet First, SequenceSet Second) targets)
        => (new(sources.First, targets.First, _marks), new(sources.Second, targets.Second, _marks));
}
