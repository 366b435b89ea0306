namespace FastRnn;

/// <summary>
/// Two recurrent layers over the same inputs, one forwards, one in reverse from each sequence's own end; the outputs of both, side by
/// side, are the output, twice as large as a cell's. Parameters: those of the forward direction, <c>forward.inputWeights</c> and so on,
/// then those of the reverse one, which files call <c>backward.inputWeights</c> and so on. The state has the parts of both side by side,
/// h→, h←, then c→, c←. Such a network can't be streamed.
/// </summary>
/// <remarks>Source: M. Schuster and K. K. Paliwal, Bidirectional recurrent neural networks, IEEE Transactions on Signal Processing 45
/// (1997).</remarks>
public sealed record BidirectionalSpec : LayerSpec
{
    internal BidirectionalSpec(CellSpec cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        Inner = cell;
    }

    /// <summary>The cell of each direction.</summary>
    public CellSpec Inner { get; }

    /// <inheritdoc/>
    public override bool CanStream => false;

    /// <inheritdoc/>
    public override bool IsTemporal => true;

    internal override string Kind => $"Bidirectional {Inner.Kind}";

    internal override int? ReverseColumn => Inner.Outputs(0);

    internal override int Outputs(int inputSize) => 2 * Inner.Outputs(inputSize);

    internal override IReadOnlyList<ParameterShape> Parameters(int inputSize)
    {
        IReadOnlyList<ParameterShape> shapes = Inner.Parameters(inputSize);
        return
        [
            .. shapes.Select(shape => shape with { Name = $"forward.{shape.Name}" }),
            .. shapes.Select(shape => shape with { Name = $"backward.{shape.Name}" }),
        ];
    }

    internal override (string Name, bool IsReverse, long Length)[] GetState(int inputSize)
        => [.. Inner.GetState(inputSize).SelectMany(part => ((string, bool, long)[])[part, part with { IsReverse = true }])];
}
