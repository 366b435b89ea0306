namespace FastRnn;

/// <summary>
/// A recurrent layer that runs in reverse, from each sequence's own end to its first step; the output at a step has seen that step and
/// the later ones. Parameters and state are the cell's. In a many-to-one network its last output is that of the first step. Such a
/// network can't be streamed.
/// </summary>
/// <remarks>The reverse half of <see cref="BidirectionalSpec"/>; ONNX's direction <c>reverse</c>.</remarks>
public sealed record ReversedSpec : LayerSpec
{
    internal ReversedSpec(CellSpec cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        Inner = cell;
    }

    /// <summary>The cell.</summary>
    public CellSpec Inner { get; }

    /// <inheritdoc/>
    public override bool CanStream => false;

    /// <inheritdoc/>
    public override bool IsTemporal => true;

    internal override string Kind => $"Reversed {Inner.Kind}";

    internal override int? ReverseColumnBehind(LayerPlace place) => 0;

    internal override bool MixesBehind(LayerPlace place) => false;

    internal override int Outputs(int inputSize) => Inner.Outputs(inputSize);

    internal override IReadOnlyList<ParameterShape> Parameters(int inputSize) => Inner.Parameters(inputSize);

    internal override (string Name, bool IsReverse, long Length)[] GetState(int inputSize)
        => [.. Inner.GetState(inputSize).Select(part => part with { IsReverse = true })];
}
