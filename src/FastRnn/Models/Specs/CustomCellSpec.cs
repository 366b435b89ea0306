using FastRnn.Cells;
using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn;

/// <summary>
/// A cell whose arithmetic is the caller's own, with <c>inputWeights</c> Wx [G·H, I], <c>recurrentWeights</c> Wh [G·H, H], <c>bias</c>
/// b [G·H] and <c>coefficients</c> [C, H], C weights of each unit. The output is the first state, the state all S.
/// </summary>
public abstract record CustomCellSpec : CellSpec
{
    private protected CustomCellSpec(int hiddenSize)
        : base(hiddenSize)
    {
    }

    /// <summary>The name of the cell's type with its namespace and its arguments, without assemblies and their versions.</summary>
    public abstract string Name { get; }

    /// <summary>G.</summary>
    public abstract int Gates { get; }

    /// <summary>S.</summary>
    public abstract int States { get; }

    /// <summary>C.</summary>
    public abstract int UnitWeights { get; }

    internal override IReadOnlyList<ParameterShape> Parameters(int inputSize) => GatedParameters(inputSize, Gates, UnitWeights);

    internal override (string Name, bool IsReverse, long Length)[] GetState(int inputSize)
        => [.. Enumerable.Range(1, States).Select(state => (state == 1 ? "h" : $"s{state}", false, (long)HiddenSize))];

    /// <summary>The layer; only the type of the cell knows which.</summary>
    internal abstract NetworkLayer Create(Projection input, DenseProjection recurrent, ParameterSlice unitWeights, GradientScope scope);
}

/// <inheritdoc/>
/// <typeparam name="TCell">The arithmetic of a step.</typeparam>
public sealed record CustomCellSpec<TCell> : CustomCellSpec
    where TCell : struct, ICell<TCell>
{
    internal CustomCellSpec(int hiddenSize)
        : base(hiddenSize)
    {
    }

    /// <inheritdoc/>
    public override string Name => typeof(TCell).ToString();

    /// <inheritdoc/>
    public override int Gates => TCell.Gates;

    /// <inheritdoc/>
    public override int States => TCell.States;

    /// <inheritdoc/>
    public override int UnitWeights => TCell.UnitWeights;

    internal override string Kind => typeof(TCell).Name.Split('`')[0].Replace("Cell", string.Empty, StringComparison.Ordinal);

    internal override NetworkLayer Create(Projection input, DenseProjection recurrent, ParameterSlice unitWeights, GradientScope scope)
        => new CellLayer<TCell>(default, input, recurrent, unitWeights, scope);
}
