namespace FastRnn;

/// <summary>
/// Attention of a decoder over the outputs m⟨s⟩ [M] of its encoder: y⟨t⟩ = [x⟨t⟩; c⟨t⟩] with the context c⟨t⟩ = Σ_s a⟨s⟩·m⟨s⟩ and the
/// weights a = softmax of the score of the query x⟨t⟩ and m⟨s⟩ over all steps s of the source up to its end. Only in the decoder of an
/// <see cref="EncoderDecoder"/>. Parameters: <c>weights</c> W [M, I] of a general score; <c>queryWeights</c> Wq [A, I],
/// <c>memoryWeights</c> Wm [A, M], <c>bias</c> b [A] and <c>scoreWeights</c> v [1, A] of an additive one.
/// </summary>
/// <remarks>A NaN in a row of the memory makes all weights of its source NaN. Where a query or Wm·m has no magnitude above 43, tanh of an
/// additive score is at most 3.0e-7 off, otherwise at most 8.94e-8. Sources: <see cref="AttentionScore"/>.</remarks>
public sealed record AttentionSpec : LayerSpec
{
    internal AttentionSpec(int memorySize, AttentionScore score, int hiddenSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(memorySize);
        Score = Enum.IsDefined(score)
            ? score
            : throw new ArgumentOutOfRangeException(nameof(score), score, "Expected one of the scores that the enumeration names.");
        MemorySize = memorySize;

        // What has no part in a score does not tell two layers apart.
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenSize, score == AttentionScore.Additive ? 1 : 0);
        HiddenSize = score == AttentionScore.Additive ? hiddenSize : 0;
    }

    /// <summary>M, the size of the encoder's outputs.</summary>
    public int MemorySize { get; }

    /// <summary>How well a query and a row of the memory fit.</summary>
    public AttentionScore Score { get; }

    /// <summary>A, the hidden units of an additive score; 0 for the others.</summary>
    public int HiddenSize { get; }

    internal override string Kind => $"Attention {Score}";

    internal override int Outputs(int inputSize) => Saturated((long)inputSize + MemorySize);

    internal override IReadOnlyList<ParameterShape> Parameters(int inputSize) => Score switch
    {
        AttentionScore.General => [ParameterShape.Matrix("weights", MemorySize, inputSize, Bound(inputSize))],
        AttentionScore.Additive =>
        [
            ParameterShape.Matrix("queryWeights", HiddenSize, inputSize, Bound(inputSize)),
            ParameterShape.Matrix("memoryWeights", HiddenSize, MemorySize, Bound(MemorySize)),
            ParameterShape.Vector("bias", HiddenSize, Bound(MemorySize)),
            ParameterShape.Matrix("scoreWeights", 1, HiddenSize, Bound(HiddenSize)),
        ],
        _ => [],
    };

    internal override IEnumerable<(string Name, int Size)> Memories(string name) => [(name, MemorySize)];

    internal override string? Refusal(LayerPlace place)
        => Score == AttentionScore.Dot && place.InputSize != MemorySize && !place.TakesIndices
            ? $"multiplies its inputs with {MemorySize} outputs of an encoder, but it has {place.InputSize} inputs"
            : NeedsValues(place);
}
