using FastRnn.Layers;

namespace FastRnn.Training;

/// <summary>The outputs of a batch that count, row by row, with their targets: step by step, and at each step those of the sequences that
/// have it, the longest sequence first.</summary>
public readonly ref struct LossBatch
{
    private readonly SequenceData _targets;
    private readonly Sequences _sequences;

    /// <param name="outputs">[R, O]</param>
    /// <param name="outputSize">O</param>
    /// <param name="targets">[R, target size]</param>
    /// <param name="weights">[R]; empty where all are 1</param>
    /// <param name="sequences">which row is whose; one row a sequence unless given</param>
    internal LossBatch(
        Span<float> outputs, int outputSize, SequenceData targets, ReadOnlySpan<float> weights, Sequences sequences = default)
    {
        _sequences = sequences.Batch > 0 ? sequences : new Sequences(1, outputs.Length / outputSize);
        Outputs = outputs;
        OutputSize = outputSize;
        _targets = targets;
        Weights = weights;
    }

    /// <summary>ŷ or, where <see cref="LossFunction.TakesLogits"/> is set, o, [R, O]; receives the gradient.</summary>
    public Span<float> Outputs { get; }

    /// <summary>O.</summary>
    public int OutputSize { get; }

    /// <summary>N, the number of sequences.</summary>
    public int SequenceCount => _sequences.Batch;

    /// <summary>R.</summary>
    public int Rows => Outputs.Length / OutputSize;

    /// <summary>y, [R, target size], where targets are values.</summary>
    public ReadOnlySpan<float> Targets => _targets.IsIndices ? [] : _targets.Values;

    /// <summary>y, [R], where targets are indices.</summary>
    public ReadOnlySpan<int> TargetIndices => _targets.IsIndices ? _targets.Indices : [];

    /// <summary>w, [R]; empty where all are 1.</summary>
    public ReadOnlySpan<float> Weights { get; }

    /// <summary>How many rows a sequence has.</summary>
    /// <param name="sequence">From 0 to N − 1, in the order of lengths, the longest first.</param>
    public int GetSteps(int sequence) => _sequences.Length(sequence);

    /// <summary>The row of a sequence's step.</summary>
    /// <param name="step">From 0 to the sequence's steps − 1.</param>
    /// <param name="sequence">From 0 to N − 1.</param>
    public int GetRow(int step, int sequence) => _sequences.Start(step) + sequence;

    /// <summary>w of a row.</summary>
    /// <param name="row">From 0 to R − 1.</param>
    public float WeightOf(int row) => Weights.IsEmpty ? 1 : Weights[row];

    /// <summary>The outputs of a row, [O].</summary>
    internal Span<float> OutputsOf(int row) => Outputs.Slice(row * OutputSize, OutputSize);
}
