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
        Cell = cell;
    }

    /// <summary>The cell.</summary>
    public CellSpec Cell { get; }

    /// <inheritdoc/>
    public override bool CanStream => false;

    /// <inheritdoc/>
    public override bool IsTemporal => true;

    internal override string Kind => $"Reversed {Cell.Kind}";

    internal override int? ReverseColumn => 0;

    /// <inheritdoc/>
    public override int GetOutputSize(int inputSize) => Cell.GetOutputSize(inputSize);

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterShape> GetParameters(int inputSize) => Cell.GetParameters(inputSize);

    internal override (string Name, bool IsReverse, long Length)[] GetState(int inputSize)
        => [.. Cell.GetState(inputSize).Select(part => part with { IsReverse = true })];
}
