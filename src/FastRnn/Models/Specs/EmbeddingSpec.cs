namespace FastRnn;

/// <summary>
/// y⟨t⟩ = the row of a <c>table</c> [V, E] that the input, an index, names. Only the first layer of <see cref="RnnSpec.ForIndices"/>.
/// </summary>
public sealed record EmbeddingSpec : LayerSpec
{
    internal EmbeddingSpec(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        Size = size;
    }

    /// <summary>E, the length of a row.</summary>
    public int Size { get; }

    internal override string Kind => "Embedding";

    internal override int Outputs(int inputSize) => Size;

    /// <summary>The table, whose values start with the variance 1, as PyTorch's do.</summary>
    internal override IReadOnlyList<ParameterShape> Parameters(int inputSize)
        => [ParameterShape.Matrix("table", inputSize, Size, MathF.Sqrt(3)) with { Role = ParameterRole.Other }];

    internal override string? Refusal(LayerPlace place)
        => place.TakesIndices ? null : "takes indices, but its inputs are values: it has to stand first, in a spec for indices";
}
