namespace FastRnn;

/// <summary>
/// Attention of a decoder over the outputs m⟨s⟩ [M] of its encoder: y⟨t⟩ = [x⟨t⟩; c⟨t⟩] with the context c⟨t⟩ = Σ_s a⟨s⟩·m⟨s⟩ and the
/// weights a = softmax over the source's steps of the score of x⟨t⟩ and m⟨s⟩. Only in the decoder of an <see cref="EncoderDecoder"/>.
/// Parameters: <c>weights</c> W [I, M] of a general score; <c>queryWeights</c> [A, I], <c>memoryWeights</c> [A, M], <c>bias</c> [A] and
/// <c>scoreWeights</c> v [1, A] of an additive one.
/// </summary>
/// <remarks>Sources: <see cref="AttentionScore"/>.</remarks>
public sealed record AttentionSpec : LayerSpec
{
    internal AttentionSpec(int memorySize, AttentionScore score, int hiddenSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(memorySize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hiddenSize);
        Score = Enum.IsDefined(score)
            ? score
            : throw new ArgumentOutOfRangeException(nameof(score), score, "Expected one of the scores that the enumeration names.");
        MemorySize = memorySize;
        HiddenSize = hiddenSize;
    }

    /// <summary>M, the size of the encoder's outputs.</summary>
    public int MemorySize { get; }

    /// <summary>How well a query and a row of the memory fit.</summary>
    public AttentionScore Score { get; }

    /// <summary>A, the hidden units of an additive score.</summary>
    public int HiddenSize { get; }

    internal override string Kind => $"Attention {Score}";

    internal override int Outputs(int inputSize) => Saturated((long)inputSize + MemorySize);

    internal override IReadOnlyList<ParameterShape> Parameters(int inputSize) => Score switch
    {
        AttentionScore.General => [ParameterShape.Matrix("weights", inputSize, MemorySize, Bound(MemorySize))],
        AttentionScore.Additive =>
        [
            ParameterShape.Matrix("queryWeights", HiddenSize, inputSize, Bound(inputSize)),
            ParameterShape.Matrix("memoryWeights", HiddenSize, MemorySize, Bound(MemorySize)),
            ParameterShape.Vector("bias", HiddenSize, Bound(MemorySize)),
            ParameterShape.Matrix("scoreWeights", 1, HiddenSize, Bound(HiddenSize)),
        ],
        _ => [],
    };

    internal override string? Refusal(LayerPlace place)
        => Score == AttentionScore.Dot && place.InputSize != MemorySize && !place.TakesIndices
            ? $"multiplies its inputs with {MemorySize} outputs of an encoder, but it has {place.InputSize} inputs"
            : NeedsValues(place);
}
