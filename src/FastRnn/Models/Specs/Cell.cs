using FastRnn.Cells;

namespace FastRnn;

/// <summary>Makes recurrent layers. Further options of a cell are set by <c>with</c>: <c>Cell.Lstm(64) with { Clip = 3 }</c>.</summary>
public static class Cell
{
    /// <inheritdoc cref="ElmanSpec"/>
    /// <param name="hiddenSize">The number of hidden units, H; at least 1.</param>
    /// <param name="activation">g₁, elementwise and without weights of its own; tanh unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1, or the activation is another one.</exception>
    public static ElmanSpec Elman(int hiddenSize, Activation? activation = null)
        => new(hiddenSize, activation ?? Activation.Tanh);

    /// <inheritdoc cref="JordanSpec"/>
    /// <param name="hiddenSize">The number of hidden units, H; at least 1.</param>
    /// <param name="outputSize">The number of outputs, O; at least 1.</param>
    /// <param name="activation">g₁, elementwise and without weights of its own; tanh unless given.</param>
    /// <param name="outputActivation">g₂, any without weights of its own.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or an activation is another one.</exception>
    public static JordanSpec Jordan(
        int hiddenSize, int outputSize, Activation? activation = null, Activation outputActivation = default)
        => new(hiddenSize, outputSize, activation ?? Activation.Tanh, outputActivation);

    /// <inheritdoc cref="LstmSpec"/>
    /// <param name="hiddenSize">The number of hidden units, H; at least 1.</param>
    /// <param name="peepholes">Whether the gates see the memory c.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public static LstmSpec Lstm(int hiddenSize, bool peepholes = false) => new(hiddenSize, peepholes);

    /// <inheritdoc cref="GruSpec"/>
    /// <param name="hiddenSize">The number of hidden units, H; at least 1.</param>
    /// <param name="resetAfter">Whether r is applied after the recurrent product or before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public static GruSpec Gru(int hiddenSize, bool resetAfter = true) => new(hiddenSize, resetAfter);

    /// <inheritdoc cref="CustomCellSpec"/>
    /// <typeparam name="TCell">The arithmetic of a step.</typeparam>
    /// <param name="hiddenSize">The number of hidden units, H; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    /// <exception cref="ArgumentException">The cell has no gate or no state, or 2·G + 3·S + 2·C + 1, the vectors of a unit in a backward
    /// step, is more than 32.</exception>
    public static CustomCellSpec<TCell> Custom<TCell>(int hiddenSize)
        where TCell : struct, ICell<TCell>
    {
        long vectors = 2L * TCell.Gates + 3L * TCell.States + 2L * TCell.UnitWeights + 1;
        return TCell.Gates >= 1 && TCell.States >= 1 && TCell.UnitWeights >= 0 && vectors <= UnitVectors.Capacity
            ? new CustomCellSpec<TCell>(hiddenSize)
            : throw new ArgumentException(
                $"Expected a cell of at least 1 gate and 1 state with 2·G + 3·S + 2·C + 1 ≤ {UnitVectors.Capacity}, but "
                + $"{typeof(TCell).Name} has {TCell.Gates} gates, {TCell.States} states and {TCell.UnitWeights} unit weights.",
                nameof(TCell));
    }

    /// <inheritdoc cref="BidirectionalSpec"/>
    /// <param name="cell">The cell of each direction.</param>
    /// <param name="merge">How the outputs of both become one.</param>
    /// <exception cref="ArgumentNullException"><paramref name="cell"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such way to merge.</exception>
    public static BidirectionalSpec Bidirectional(CellSpec cell, Merge merge = Merge.Concatenate) => new(cell, merge);

    /// <inheritdoc cref="ReversedSpec"/>
    /// <param name="cell">The cell.</param>
    /// <exception cref="ArgumentNullException"><paramref name="cell"/> is null.</exception>
    public static ReversedSpec Reversed(CellSpec cell) => new(cell);
}
