using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastRnn.Cells;

/// <summary>A vector of units in a forward step: what a cell reads and writes. Read before you write: places may be shared.</summary>
/// <typeparam name="TCell">The cell.</typeparam>
public readonly ref struct CellStep<TCell>
    where TCell : struct, ICell<TCell>
{
    private readonly ref float _gates;
    private readonly ref float _recurrent;
    private readonly ref float _previous;
    private readonly ref float _next;
    private readonly ref float _coefficients;
    private readonly nint _units;
    private readonly nint _part;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal CellStep(
        ref float gates, ref float recurrent, ref float previous, ref float next, ref float coefficients, nint units, nint part)
    {
        _gates = ref gates;
        _recurrent = ref recurrent;
        _previous = ref previous;
        _next = ref next;
        _coefficients = ref coefficients;
        _units = units;
        _part = part;
    }

    /// <summary>p of a gate: b + Wx·x⟨t⟩.</summary>
    /// <param name="gate">From 0 to G − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cell has no such gate.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> Input(int gate) => CellVectors.Load(ref _gates, gate, _units, TCell.Gates, nameof(gate));

    /// <summary>q of a gate: Wh·h⟨t−1⟩.</summary>
    /// <inheritdoc cref="Input" path="/param|/exception"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> Recurrent(int gate) => CellVectors.Load(ref _recurrent, gate, _units, TCell.Gates, nameof(gate));

    /// <summary>z = p + q of a gate, its pre-activation.</summary>
    /// <inheritdoc cref="Input" path="/param|/exception"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> Gate(int gate) => Input(gate) + Recurrent(gate);

    /// <summary>The state before the step.</summary>
    /// <param name="state">From 0, the hidden state, to S − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cell has no such state.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> Previous(int state) => CellVectors.Load(ref _previous, state, _part, TCell.States, nameof(state));

    /// <summary>A weight of the units.</summary>
    /// <param name="coefficient">From 0 to C − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cell has no such coefficient.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> Coefficient(int coefficient)
        => CellVectors.Load(ref _coefficients, coefficient, _units, TCell.Coefficients, nameof(coefficient));

    /// <summary>Sets the state after the step.</summary>
    /// <inheritdoc cref="Previous" path="/param|/exception"/>
    /// <param name="value">The new state.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetState(int state, Vector<float> value) => CellVectors.Store(ref _next, state, _part, TCell.States, nameof(state), value);

    /// <summary>Keeps a value for the backward step, in the place of p.</summary>
    /// <inheritdoc cref="Input" path="/param|/exception"/>
    /// <param name="value">Any value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Keep(int gate, Vector<float> value) => CellVectors.Store(ref _gates, gate, _units, TCell.Gates, nameof(gate), value);

    /// <summary>Keeps a value for the backward step, in the place of q; for cells with <see cref="ICell{TSelf}.KeepsRecurrent"/>.</summary>
    /// <inheritdoc cref="Input" path="/param|/exception"/>
    /// <param name="value">Any value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void KeepRecurrent(int gate, Vector<float> value)
        => CellVectors.Store(ref _recurrent, gate, _units, TCell.KeepsRecurrent ? TCell.Gates : 0, nameof(gate), value);
}
