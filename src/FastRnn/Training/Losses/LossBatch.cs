namespace FastRnn.Training;

/// <summary>The outputs of a batch that count, row by row, with their targets.</summary>
public readonly ref struct LossBatch
{
    private readonly SequenceData _targets;

    internal LossBatch(Span<float> outputs, int outputSize, SequenceData targets, ReadOnlySpan<float> weights)
    {
        Outputs = outputs;
        OutputSize = outputSize;
        _targets = targets;
        Weights = weights;
    }

    /// <summary>ŷ or, where <see cref="LossFunction.TakesLogits"/> is set, o, [R, O]; receives the gradient.</summary>
    public Span<float> Outputs { get; }

    /// <summary>O.</summary>
    public int OutputSize { get; }

    /// <summary>R.</summary>
    public int Rows => Outputs.Length / OutputSize;

    /// <summary>y, [R, target size], where targets are values.</summary>
    public ReadOnlySpan<float> Targets => _targets.IsIndices ? [] : _targets.Values;

    /// <summary>y, [R], where targets are indices.</summary>
    public ReadOnlySpan<int> TargetIndices => _targets.IsIndices ? _targets.Indices : [];

    /// <summary>w, [R]; empty where all are 1.</summary>
    public ReadOnlySpan<float> Weights { get; }

    /// <summary>w of a row.</summary>
    /// <param name="row">From 0 to R − 1.</param>
    public float WeightOf(int row) => Weights.IsEmpty ? 1 : Weights[row];

    /// <summary>The outputs of a row, [O].</summary>
    internal Span<float> OutputsOf(int row) => Outputs.Slice(row * OutputSize, OutputSize);
}
