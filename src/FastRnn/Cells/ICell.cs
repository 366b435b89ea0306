using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Cells;

/// <summary>
/// The arithmetic of one step of a recurrent cell, after its products: how what comes from the input, p = b + Wx·x⟨t⟩, and from the
/// hidden state, q = Wh·h⟨t−1⟩, becomes the new state, and how the state's gradient becomes that of p and q.
/// </summary>
/// <remarks>
/// A cell of your own is an empty struct: fields are not kept. Layers are generic over it, so that it is compiled into their loops; they
/// own weights, products, time and memory. A cell sees units, a vector of them at a time, of one sequence or of several, and every unit by
/// itself:
/// <see cref="VectorMath"/> has the functions it needs. Mark <see cref="Forward"/> and <see cref="Backward"/> for aggressive inlining. A
/// product in the middle of a step, as the GRU that resets before its product has one, is beyond this contract.
/// </remarks>
/// <typeparam name="TSelf">The cell itself.</typeparam>
public interface ICell<TSelf>
    where TSelf : struct, ICell<TSelf>
{
    /// <summary>G, the number of gates: a unit has one p and one q for each. Wx is [G·H, I], Wh [G·H, H], b [G·H]; at least 1.</summary>
    static abstract int Gates { get; }

    /// <summary>S, the number of values that a unit keeps from step to step; at least 1. The first one is the hidden state h, which is put
    /// out and fed back.</summary>
    static abstract int States { get; }

    /// <summary>C, the number of weights of a unit beside the matrices, such as peepholes; may be 0.</summary>
    static abstract int UnitWeights { get; }

    /// <summary>
    /// Whether the cell uses p and q of a gate apart. Then both are there, each keeps a value for the way back and has a gradient of its
    /// own. Otherwise there is only their sum z.
    /// </summary>
    static abstract bool SplitsGates { get; }

    /// <summary>Makes the new state and keeps what <see cref="Backward"/> needs.</summary>
    /// <typeparam name="TVector">As wide as the processor has it, or less for the last units.</typeparam>
    /// <param name="units">Some units, a vector of them.</param>
    static abstract void Forward<TVector>(CellStep<TSelf, TVector> units)
        where TVector : struct, IVector<TVector>;

    /// <summary>Makes ∂L/∂p of every gate, and ∂L/∂q where it differs, and the part of ∂L/∂(state) that does not pass through the
    /// products.</summary>
    /// <inheritdoc cref="Forward" path="/typeparam|/param"/>
    static abstract void Backward<TVector>(CellGradient<TSelf, TVector> units)
        where TVector : struct, IVector<TVector>;
}

/// <summary>A vector of units in a forward step: what a cell reads and writes. Read before you write: places may be shared.</summary>
/// <typeparam name="TCell">The cell.</typeparam>
/// <typeparam name="TVector">A vector of units.</typeparam>
public readonly ref struct CellStep<TCell, TVector>
    where TCell : struct, ICell<TCell>
    where TVector : struct, IVector<TVector>
{
    private readonly ref readonly TCell _cell;
    private readonly ref float _gates;
    private readonly ref float _recurrent;
    private readonly ref float _previous;
    private readonly ref float _next;
    private readonly ref float _unitWeights;
    private readonly nint _units;
    private readonly nint _part;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal CellStep(
        in TCell cell, ref float gates, ref float recurrent, ref float previous, ref float next,
        ref float unitWeights, nint units, nint part)
    {
        _cell = ref cell;
        _gates = ref gates;
        _recurrent = ref recurrent;
        _previous = ref previous;
        _next = ref next;
        _unitWeights = ref unitWeights;
        _units = units;
        _part = part;
    }

    /// <summary>The cell with its options, for the library's own cells that have some.</summary>
    internal ref readonly TCell Self => ref _cell;

    /// <summary>p of a gate: b + Wx·x⟨t⟩; for cells with <see cref="ICell{TSelf}.SplitsGates"/>.</summary>
    /// <param name="gate">From 0 to G − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cell has no such gate.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Input(int gate)
        => CellVectors.Load<TVector>(ref _gates, gate, _units, TCell.SplitsGates ? TCell.Gates : 0, nameof(gate));

    /// <summary>q of a gate: Wh·h⟨t−1⟩; for cells with <see cref="ICell{TSelf}.SplitsGates"/>.</summary>
    /// <inheritdoc cref="Input" path="/param|/exception"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Recurrent(int gate)
        => CellVectors.Load<TVector>(ref _recurrent, gate, _units, TCell.SplitsGates ? TCell.Gates : 0, nameof(gate));

    /// <summary>z = p + q of a gate, its pre-activation.</summary>
    /// <inheritdoc cref="Input" path="/param|/exception"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gate(int gate)
    {
        TVector z = CellVectors.Load<TVector>(ref _gates, gate, _units, TCell.Gates, nameof(gate));
        return TCell.SplitsGates ? z + Recurrent(gate) : z;
    }

    /// <summary>The state before the step.</summary>
    /// <param name="state">From 0, the hidden state, to S − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cell has no such state.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Previous(int state) => CellVectors.Load<TVector>(ref _previous, state, _part, TCell.States, nameof(state));

    /// <summary>A weight of the units.</summary>
    /// <param name="index">From 0 to C − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cell has no such unit weight.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector UnitWeight(int index)
        => CellVectors.Load<TVector>(ref _unitWeights, index, _units, TCell.UnitWeights, nameof(index));

    /// <summary>
    /// Sets the state after the step; all S states have to be set. A value whose magnitude is below 2⁻⁶³ (1.1e-19) becomes 0; NaN is kept.
    /// </summary>
    /// <inheritdoc cref="Previous" path="/param|/exception"/>
    /// <param name="value">The new state.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetState(int state, TVector value)
        => CellVectors.Store(ref _next, state, _part, TCell.States, nameof(state), TVector.FlushBelow(value, FlushToZero.Least));

    /// <summary>Keeps a value for the backward step, in the place of p, or z.</summary>
    /// <inheritdoc cref="Input" path="/param|/exception"/>
    /// <param name="value">Any value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Keep(int gate, TVector value) => CellVectors.Store(ref _gates, gate, _units, TCell.Gates, nameof(gate), value);

    /// <summary>Keeps a value for the backward step, in the place of q; for cells with <see cref="ICell{TSelf}.SplitsGates"/>.</summary>
    /// <inheritdoc cref="Input" path="/param|/exception"/>
    /// <param name="value">Any value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void KeepRecurrent(int gate, TVector value)
        => CellVectors.Store(ref _recurrent, gate, _units, TCell.SplitsGates ? TCell.Gates : 0, nameof(gate), value);
}

/// <summary>A vector of units in a backward step: what a cell reads and writes. Read before you write: places may be shared.</summary>
/// <typeparam name="TCell">The cell.</typeparam>
/// <typeparam name="TVector">A vector of units.</typeparam>
public readonly ref struct CellGradient<TCell, TVector>
    where TCell : struct, ICell<TCell>
    where TVector : struct, IVector<TVector>
{
    private readonly ref readonly TCell _cell;
    private readonly ref float _gates;
    private readonly ref float _recurrent;
    private readonly ref float _previous;
    private readonly ref float _state;
    private readonly ref float _outputGradient;
    private readonly ref float _stateGradient;
    private readonly ref float _unitWeights;
    private readonly ref float _unitWeightGradients;
    private readonly nint _units;
    private readonly nint _part;
    private readonly nint _gradientPart;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal CellGradient(
        in TCell cell, ref float gates, ref float recurrent, ref float previous, ref float state, ref float outputGradient,
        ref float stateGradient, ref float unitWeights, ref float unitWeightGradients, nint units, nint part, nint gradientPart)
    {
        _cell = ref cell;
        _gates = ref gates;
        _recurrent = ref recurrent;
        _previous = ref previous;
        _state = ref state;
        _outputGradient = ref outputGradient;
        _stateGradient = ref stateGradient;
        _unitWeights = ref unitWeights;
        _unitWeightGradients = ref unitWeightGradients;
        _units = units;
        _part = part;
        _gradientPart = gradientPart;
    }

    /// <summary>The cell with its options, for the library's own cells that have some.</summary>
    internal ref readonly TCell Self => ref _cell;

    /// <summary>What the forward step has kept in the place of p, or z.</summary>
    /// <param name="gate">From 0 to G − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cell has no such gate.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Kept(int gate) => CellVectors.Load<TVector>(ref _gates, gate, _units, TCell.Gates, nameof(gate));

    /// <summary>What stands in the place of q; for cells with <see cref="ICell{TSelf}.SplitsGates"/>.</summary>
    /// <inheritdoc cref="Kept" path="/param|/exception"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector KeptRecurrent(int gate)
        => CellVectors.Load<TVector>(ref _recurrent, gate, _units, TCell.SplitsGates ? TCell.Gates : 0, nameof(gate));

    /// <summary>The state before the step.</summary>
    /// <param name="state">From 0, the hidden state, to S − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cell has no such state.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Previous(int state) => CellVectors.Load<TVector>(ref _previous, state, _part, TCell.States, nameof(state));

    /// <summary>The state after the step.</summary>
    /// <inheritdoc cref="Previous" path="/param|/exception"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector State(int state) => CellVectors.Load<TVector>(ref _state, state, _part, TCell.States, nameof(state));

    /// <summary>∂L/∂(state after the step), by way of everything that comes after it.</summary>
    /// <inheritdoc cref="Previous" path="/param|/exception"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient(int state)
    {
        TVector gradient = CellVectors.Load<TVector>(ref _stateGradient, state, _gradientPart, TCell.States, nameof(state));
        return state == 0 ? gradient + TVector.Load(ref _outputGradient, 0) : gradient;
    }

    /// <summary>A weight of the units.</summary>
    /// <param name="index">From 0 to C − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cell has no such unit weight.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector UnitWeight(int index)
        => CellVectors.Load<TVector>(ref _unitWeights, index, _units, TCell.UnitWeights, nameof(index));

    /// <summary>Sets ∂L/∂p of a gate, which is also ∂L/∂q unless <see cref="ICell{TSelf}.SplitsGates"/>.</summary>
    /// <inheritdoc cref="Kept" path="/param|/exception"/>
    /// <param name="value">The gradient.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetDelta(int gate, TVector value) => CellVectors.Store(ref _gates, gate, _units, TCell.Gates, nameof(gate), value);

    /// <summary>Sets ∂L/∂q of a gate; for cells with <see cref="ICell{TSelf}.SplitsGates"/>, which have to set all.</summary>
    /// <inheritdoc cref="Kept" path="/param|/exception"/>
    /// <param name="value">The gradient.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetRecurrentDelta(int gate, TVector value)
        => CellVectors.Store(ref _recurrent, gate, _units, TCell.SplitsGates ? TCell.Gates : 0, nameof(gate), value);

    /// <summary>
    /// Sets what of ∂L/∂(state before the step) does not go through q: all have to be set, with zeros where there is none. The layer
    /// adds Whᵀ·∂L/∂q to the hidden state's.
    /// </summary>
    /// <inheritdoc cref="Previous" path="/param|/exception"/>
    /// <param name="value">The gradient.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetPreviousGradient(int state, TVector value)
        => CellVectors.Store(ref _stateGradient, state, _gradientPart, TCell.States, nameof(state), value);

    /// <summary>Adds to ∂L/∂(unit weight).</summary>
    /// <inheritdoc cref="UnitWeight" path="/param|/exception"/>
    /// <param name="value">This step's share.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddUnitWeightGradient(int index, TVector value)
        => CellVectors.Store(
            ref _unitWeightGradients, index, _units, TCell.UnitWeights, nameof(index),
            CellVectors.Load<TVector>(ref _unitWeightGradients, index, _units, TCell.UnitWeights, nameof(index)) + value);
}
