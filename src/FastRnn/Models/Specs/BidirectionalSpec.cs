namespace FastRnn;

/// <summary>
/// Two recurrent layers over the same inputs, one forwards, one in reverse from each sequence's own end, whose outputs are merged: side by
/// side, twice as large as a cell's, unless <see cref="Merge"/> says otherwise. Parameters: those of the forward direction,
/// <c>forward.inputWeights</c> and so on, then those of the reverse one, which files call <c>backward.inputWeights</c> and so on. The state
/// has the parts of both side by side, h→, h←, then c→, c←. Such a network can't be streamed.
/// </summary>
/// <remarks>Sources: M. Schuster and K. K. Paliwal, Bidirectional recurrent neural networks, IEEE Transactions on Signal Processing 45
/// (1997); Keras, layer Bidirectional, for the ways to merge.</remarks>
public sealed record BidirectionalSpec : LayerSpec
{
    internal BidirectionalSpec(CellSpec cell, Merge merge)
    {
        ArgumentNullException.ThrowIfNull(cell);
        Inner = cell;
        Reverse = cell;
        Merge = Enum.IsDefined(merge)
            ? merge
            : throw new ArgumentOutOfRangeException(nameof(merge), merge, "Expected one of the ways to merge that the enumeration names.");
    }

    /// <summary>The cell of the forward direction.</summary>
    public CellSpec Inner { get; }

    /// <summary>The cell of the reverse direction: the same, unless it differs in options such as activations.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    /// <exception cref="ArgumentException">The cell has other parameters or another state than <see cref="Inner"/>.</exception>
    public CellSpec Reverse
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Reverse));
            bool meets = value.GetType() == Inner.GetType() && value.Outputs(1) == Inner.Outputs(1)
                && value.Parameters(1).SequenceEqual(Inner.Parameters(1)) && value.GetState(1).SequenceEqual(Inner.GetState(1));
            field = meets
                ? value
                : throw new ArgumentException(
                    $"Expected a cell with the parameters and the state of the forward direction, {Describe(Inner)}, but got "
                    + $"{Describe(value)}.", nameof(Reverse));
        }
    }

    /// <summary>How the outputs of both directions become one.</summary>
    public Merge Merge { get; }

    /// <inheritdoc/>
    public override bool CanStream => false;

    /// <inheritdoc/>
    public override bool IsTemporal => true;

    internal override string Kind => $"Bidirectional {Inner.Kind}";

    internal override int Outputs(int inputSize)
        => Merge == Merge.Concatenate ? Saturated(2L * Inner.Outputs(inputSize)) : Inner.Outputs(inputSize);

    internal override int? ReverseColumnBehind(LayerPlace place)
        => Merge == Merge.Concatenate ? Inner.Outputs(place.InputSize) : null;

    internal override bool MixesBehind(LayerPlace place) => Merge != Merge.Concatenate;

    internal override IReadOnlyList<ParameterShape> Parameters(int inputSize)
        =>
        [
            .. Inner.Parameters(inputSize).Select(shape => shape with { Name = $"forward.{shape.Name}" }),
            .. Reverse.Parameters(inputSize).Select(shape => shape with { Name = $"backward.{shape.Name}" }),
        ];

    internal override (string Name, bool IsReverse, long Length)[] GetState(int inputSize)
        => [.. Inner.GetState(inputSize).SelectMany(part => ((string, bool, long)[])[part, part with { IsReverse = true }])];

    /// <summary>Kind, size, and the names of parameters and of parts of the state.</summary>
    private static string Describe(CellSpec cell)
        => $"{cell.Kind} {cell.HiddenSize} with {string.Join(", ", cell.Parameters(1).Select(shape => shape.Name))} and a state of "
            + string.Join(", ", cell.GetState(1).Select(part => part.Name));
}
