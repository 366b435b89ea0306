namespace FastRnn.Training;

/// <summary>The outputs of a batch with their targets, row by row, as metrics go through them: row t·N + n is step t of sequence n.
/// </summary>
/// <param name="outputs">[R, O]</param>
/// <param name="width">O</param>
/// <param name="targets">[R, target size]</param>
/// <param name="targetSize">0 where targets are indices</param>
/// <param name="sequences">N</param>
/// <param name="parameter">of whoever has the targets, for exceptions</param>
internal readonly ref struct MetricBatch(
    ReadOnlySpan<float> outputs, int width, SequenceData targets, int targetSize, int sequences, string parameter)
{
    private readonly ReadOnlySpan<float> _outputs = outputs;
    private readonly SequenceData _targets = targets;
    private readonly string _parameter = parameter;

    /// <summary>O.</summary>
    internal int Width { get; } = width;

    /// <summary>How many values a target has; 0 where it is an index.</summary>
    internal int TargetSize { get; } = targetSize;

    /// <summary>N.</summary>
    internal int Sequences { get; } = sequences;

    /// <summary>How many rows each sequence has, [N]; empty where it is all.</summary>
    internal ReadOnlySpan<int> Lengths { get; init; }

    /// <summary>[R]; empty where all are 1.</summary>
    internal ReadOnlySpan<float> Weights { get; init; }

    /// <summary>R.</summary>
    internal int Rows => _outputs.Length / Width;

    /// <summary>Whether a row counts: it is no padding, and its weight is not 0.</summary>
    internal bool Counts(int row)
        => (Lengths.IsEmpty || row / Sequences < Lengths[row % Sequences]) && (Weights.IsEmpty || Weights[row] != 0);

    /// <summary>The outputs of a row, [O].</summary>
    internal ReadOnlySpan<float> OutputsOf(int row) => _outputs.Slice(row * Width, Width);

    /// <summary>The values of a target, [target size].</summary>
    internal ReadOnlySpan<float> TargetsOf(int row) => _targets.Values.Slice(row * TargetSize, TargetSize);

    /// <summary>The class of a row that counts.</summary>
    /// <param name="row">from 0 to R − 1</param>
    /// <param name="ignored">the class that does not count; null for none</param>
    /// <param name="target">from 0 to O − 1</param>
    internal bool TryGetTarget(int row, int? ignored, out int target)
    {
        target = _targets.Indices[row];
        if (!Counts(row) || target == ignored)
        {
            return false;
        }

        Guard.Index(target, Width, _parameter);
        return true;
    }

    /// <summary>Refuses outputs of another size.</summary>
    internal void RequireWidth(int expected)
    {
        if (Width != expected)
        {
            throw WidthFault($"{expected} outputs for each target");
        }
    }

    /// <summary>What to throw for outputs of another size.</summary>
    internal ArgumentException WidthFault(string expected, string parameter = "outputs")
        => new($"Expected {expected}, but got {Width}.", parameter);

    /// <summary>Refuses targets of the other kind.</summary>
    internal void RequireIndices()
    {
        if (TargetSize != 0)
        {
            throw new ArgumentException("Expected targets that are class indices, but they are values.", _parameter);
        }
    }

    /// <summary>Refuses targets of the other kind.</summary>
    internal void RequireValues()
    {
        if (TargetSize == 0)
        {
            throw new ArgumentException("Expected targets that are values, but they are class indices.", _parameter);
        }
    }
}
