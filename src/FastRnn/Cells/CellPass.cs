using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastRnn.Kernels;

namespace FastRnn.Cells;

/// <summary>
/// The traversal of a cell over rows of units: whole vectors in place, the widest first, and what is left of a row on the stack, so that
/// a cell always sees whole vectors. A unit has the same bits wherever it stands.
/// </summary>
/// <remarks>
/// A row of gates is [G, H], a row of unit weights [C, H]; a state lies in a plane [rows, H] of its own, planes at equal distances.
/// </remarks>
internal static class CellPass
{
    /// <summary>One step of <paramref name="rows"/> sequences.</summary>
    /// <param name="cell">with its options, where it has any</param>
    /// <param name="gates">p [N, G·H] in, or z where the cell does not split its gates, kept values out</param>
    /// <param name="recurrent">q [N, G·H] in, kept values out; not used where the cell does not split its gates</param>
    /// <param name="previous">begins with the rows [N, H] of the first state before the step</param>
    /// <param name="next">begins with those after it; may be the same</param>
    /// <param name="part">floats from one state's plane to the next's</param>
    /// <param name="unitWeights">[C, H]</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Forward<TCell>(
        in TCell cell, Span<float> gates, Span<float> recurrent, Span<float> previous, Span<float> next, int part,
        ReadOnlySpan<float> unitWeights, int rows, int units)
        where TCell : struct, ICell<TCell>
    {
        if (IsOneRun<TCell>())
        {
            units *= rows;
            rows = 1;
        }

        int whole = 0;
        if (WideVector.IsAccelerated)
        {
            whole = ForwardWhole<TCell, WideVector>(cell, gates, recurrent, previous, next, part, unitWeights, rows, units, whole);
        }

        if (whole == units)
        {
            return;
        }

        whole = ForwardWhole<TCell, PortableVector>(cell, gates, recurrent, previous, next, part, unitWeights, rows, units, whole);
        int skipped = TCell.UnitWeights > 0 ? whole : 0;
        for (int row = 0; whole < units && row < rows; row++)
        {
            int gate = row * TCell.Gates * units + whole;
            ForwardRest<TCell, PortableVector>(
                cell, gates[gate..], TCell.SplitsGates ? recurrent[gate..] : [],
                previous[(row * units + whole)..], next[(row * units + whole)..], part, unitWeights[skipped..],
                units, units - whole);
        }
    }

    /// <summary>One step of one sequence, as <see cref="Forward"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void ForwardOne<TCell>(
        in TCell cell, ref float gates, ref float recurrent, ref float previous, ref float next, int part, ref float unitWeights, int units)
        where TCell : struct, ICell<TCell>
    {
        if (WideVector.IsAccelerated && units % WideVector.Count == 0)
        {
            ForwardRow<TCell, WideVector>(cell, ref gates, ref recurrent, ref previous, ref next, part, ref unitWeights, units, units);
        }
        else if (!WideVector.IsAccelerated && units % PortableVector.Count == 0)
        {
            ForwardRow<TCell, PortableVector>(cell, ref gates, ref recurrent, ref previous, ref next, part, ref unitWeights, units, units);
        }
        else
        {
            int states = part * (TCell.States - 1) + units;
            Forward(
                cell, MemoryMarshal.CreateSpan(ref gates, TCell.Gates * units),
                TCell.SplitsGates ? MemoryMarshal.CreateSpan(ref recurrent, TCell.Gates * units) : [],
                MemoryMarshal.CreateSpan(ref previous, states), MemoryMarshal.CreateSpan(ref next, states), part,
                TCell.UnitWeights > 0 ? MemoryMarshal.CreateReadOnlySpan(ref unitWeights, TCell.UnitWeights * units) : [], 1, units);
        }
    }

    /// <summary>One step back of <paramref name="rows"/> sequences.</summary>
    /// <param name="cell">with its options, where it has any</param>
    /// <param name="gates">[N, G·H] kept values in, ∂L/∂p out</param>
    /// <param name="recurrent">[N, G·H] kept values in, ∂L/∂q out, where the cell splits its gates</param>
    /// <param name="previous">begins with the rows [N, H] of the first state before the step</param>
    /// <param name="state">begins with those after it</param>
    /// <param name="part">floats from one state's plane to the next's</param>
    /// <param name="outputGradient">∂L/∂h [N, H] from the layers above</param>
    /// <param name="stateGradient">[N, H] of the first state: from later steps in, to the step before out</param>
    /// <param name="gradientPart">floats from one state's plane of gradients to the next's</param>
    /// <param name="unitWeights">[C, H]</param>
    /// <param name="unitWeightGradients">[C, H], added to</param>
    internal static void Backward<TCell>(
        in TCell cell, Span<float> gates, Span<float> recurrent, ReadOnlySpan<float> previous, ReadOnlySpan<float> state, int part,
        ReadOnlySpan<float> outputGradient, Span<float> stateGradient, int gradientPart,
        ReadOnlySpan<float> unitWeights, Span<float> unitWeightGradients, int rows, int units)
        where TCell : struct, ICell<TCell>
    {
        if (IsOneRun<TCell>())
        {
            units *= rows;
            rows = 1;
        }

        int whole = 0;
        if (WideVector.IsAccelerated)
        {
            whole = BackwardWhole<TCell, WideVector>(
                cell, gates, recurrent, previous, state, part, outputGradient, stateGradient, gradientPart,
                unitWeights, unitWeightGradients, rows, units, whole);
        }

        whole = BackwardWhole<TCell, PortableVector>(
            cell, gates, recurrent, previous, state, part, outputGradient, stateGradient, gradientPart,
            unitWeights, unitWeightGradients, rows, units, whole);
        int skipped = TCell.UnitWeights > 0 ? whole : 0;
        for (int row = 0; whole < units && row < rows; row++)
        {
            int gate = row * TCell.Gates * units + whole;
            int unit = row * units + whole;
            BackwardRest<TCell, PortableVector>(
                cell, gates[gate..], TCell.SplitsGates ? recurrent[gate..] : [], previous[unit..], state[unit..], part,
                outputGradient[unit..], stateGradient[unit..], gradientPart,
                unitWeights[skipped..], unitWeightGradients[skipped..], units, units - whole);
        }
    }

    /// <summary>Whether rows of all that the cell sees stand one behind the other: they are one long row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsOneRun<TCell>()
        where TCell : struct, ICell<TCell>
        => TCell.Gates == 1 && TCell.States == 1 && TCell.UnitWeights == 0;

    /// <summary>The whole vectors from unit <paramref name="start"/> on; returns the unit behind them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int ForwardWhole<TCell, TVector>(
        in TCell cell, Span<float> gates, Span<float> recurrent, Span<float> previous, Span<float> next, int part,
        ReadOnlySpan<float> unitWeights, int rows, int units, int start)
        where TCell : struct, ICell<TCell>
        where TVector : struct, IVector<TVector>
    {
        int end = units - (units - start) % TVector.Count;
        for (int row = 0; end > start && row < rows; row++)
        {
            int gate = row * TCell.Gates * units + start;
            int unit = row * units + start;
            ForwardRow<TCell, TVector>(
                cell, ref Unsafe.Add(ref MemoryMarshal.GetReference(gates), gate),
                ref Unsafe.Add(ref MemoryMarshal.GetReference(recurrent), TCell.SplitsGates ? gate : 0),
                ref Unsafe.Add(ref MemoryMarshal.GetReference(previous), unit), ref Unsafe.Add(ref MemoryMarshal.GetReference(next), unit),
                part, ref Unsafe.Add(ref MemoryMarshal.GetReference(unitWeights), TCell.UnitWeights > 0 ? start : 0),
                units, end - start);
        }

        return end;
    }

    /// <inheritdoc cref="ForwardWhole"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int BackwardWhole<TCell, TVector>(
        in TCell cell, Span<float> gates, Span<float> recurrent, ReadOnlySpan<float> previous, ReadOnlySpan<float> state, int part,
        ReadOnlySpan<float> outputGradient, Span<float> stateGradient, int gradientPart,
        ReadOnlySpan<float> unitWeights, Span<float> unitWeightGradients, int rows, int units, int start)
        where TCell : struct, ICell<TCell>
        where TVector : struct, IVector<TVector>
    {
        int end = units - (units - start) % TVector.Count;
        if (end > start)
        {
            BackwardRows<TCell, TVector>(
                cell, ref MemoryMarshal.GetReference(gates), ref MemoryMarshal.GetReference(recurrent),
                ref MemoryMarshal.GetReference(previous), ref MemoryMarshal.GetReference(state), part,
                ref MemoryMarshal.GetReference(outputGradient), ref MemoryMarshal.GetReference(stateGradient), gradientPart,
                ref MemoryMarshal.GetReference(unitWeights), ref MemoryMarshal.GetReference(unitWeightGradients),
                rows, units, start, end);
        }

        return end;
    }

    /// <summary>The first <paramref name="count"/> units of a row, whole vectors.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void ForwardRow<TCell, TVector>(
        in TCell cell, ref float gates, ref float recurrent, ref float previous, ref float next, nint part, ref float unitWeights,
        nint units, nint count)
        where TCell : struct, ICell<TCell>
        where TVector : struct, IVector<TVector>
    {
        for (nint i = 0; i < count; i += TVector.Count)
        {
            TCell.Forward(new CellStep<TCell, TVector>(
                cell, ref Unsafe.Add(ref gates, i), ref TCell.SplitsGates ? ref Unsafe.Add(ref recurrent, i) : ref recurrent,
                ref Unsafe.Add(ref previous, i), ref Unsafe.Add(ref next, i), ref Unsafe.Add(ref unitWeights, i), units, part));
        }
    }

    [MethodImpl(JitOptions.Loop)]
    private static void BackwardRows<TCell, TVector>(
        in TCell cell, ref float gates, ref float recurrent, ref float previous, ref float state, nint part,
        ref float outputGradient, ref float stateGradient, nint gradientPart,
        ref float unitWeights, ref float unitWeightGradients, nint rows, nint units, nint start, nint end)
        where TCell : struct, ICell<TCell>
        where TVector : struct, IVector<TVector>
    {
        for (; rows > 0; rows--)
        {
            for (nint i = start; i < end; i += TVector.Count)
            {
                TCell.Backward(new CellGradient<TCell, TVector>(
                    cell, ref Unsafe.Add(ref gates, i), ref TCell.SplitsGates ? ref Unsafe.Add(ref recurrent, i) : ref recurrent,
                    ref Unsafe.Add(ref previous, i), ref Unsafe.Add(ref state, i),
                    ref Unsafe.Add(ref outputGradient, i), ref Unsafe.Add(ref stateGradient, i),
                    ref Unsafe.Add(ref unitWeights, i), ref Unsafe.Add(ref unitWeightGradients, i), units, part, gradientPart));
            }

            gates = ref Unsafe.Add(ref gates, TCell.Gates * units);
            recurrent = ref TCell.SplitsGates ? ref Unsafe.Add(ref recurrent, TCell.Gates * units) : ref recurrent;
            previous = ref Unsafe.Add(ref previous, units);
            state = ref Unsafe.Add(ref state, units);
            outputGradient = ref Unsafe.Add(ref outputGradient, units);
            stateGradient = ref Unsafe.Add(ref stateGradient, units);
        }
    }

    [MethodImpl(JitOptions.Loop)]
    private static void ForwardRest<TCell, TVector>(
        in TCell cell, Span<float> gates, Span<float> recurrent, Span<float> previous, Span<float> next, int part,
        ReadOnlySpan<float> unitWeights, int units, int count)
        where TCell : struct, ICell<TCell>
        where TVector : struct, IVector<TVector>
    {
        var rest = default(UnitVectors<TVector>);
        int first = 0;
        int kept = TCell.SplitsGates ? TCell.Gates : 0;
        ref float p = ref rest.Take(ref first, TCell.Gates, gates, units, count);
        ref float q = ref rest.Take(ref first, kept, recurrent, units, count);
        ref float state = ref rest.Take(ref first, TCell.States, previous, part, count);
        ref float weights = ref rest.Take(ref first, TCell.UnitWeights, unitWeights, units, count);
        TCell.Forward(new CellStep<TCell, TVector>(cell, ref p, ref q, ref state, ref state, ref weights, TVector.Count, TVector.Count));
        UnitVectors<TVector>.Put(ref p, TCell.Gates, gates, units, count);
        UnitVectors<TVector>.Put(ref q, kept, recurrent, units, count);
        UnitVectors<TVector>.Put(ref state, TCell.States, next, part, count);
    }

    [MethodImpl(JitOptions.Loop)]
    private static void BackwardRest<TCell, TVector>(
        in TCell cell, Span<float> gates, Span<float> recurrent, ReadOnlySpan<float> previous, ReadOnlySpan<float> state, int part,
        ReadOnlySpan<float> outputGradient, Span<float> stateGradient, int gradientPart,
        ReadOnlySpan<float> unitWeights, Span<float> unitWeightGradients, int units, int count)
        where TCell : struct, ICell<TCell>
        where TVector : struct, IVector<TVector>
    {
        var rest = default(UnitVectors<TVector>);
        int first = 0;
        int kept = TCell.SplitsGates ? TCell.Gates : 0;
        ref float p = ref rest.Take(ref first, TCell.Gates, gates, units, count);
        ref float q = ref rest.Take(ref first, kept, recurrent, units, count);
        ref float before = ref rest.Take(ref first, TCell.States, previous, part, count);
        ref float after = ref rest.Take(ref first, TCell.States, state, part, count);
        ref float output = ref rest.Take(ref first, 1, outputGradient, units, count);
        ref float gradient = ref rest.Take(ref first, TCell.States, stateGradient, gradientPart, count);
        ref float weights = ref rest.Take(ref first, TCell.UnitWeights, unitWeights, units, count);
        ref float weightGradients = ref rest.Take(ref first, TCell.UnitWeights, unitWeightGradients, units, count);
        nint width = TVector.Count;
        TCell.Backward(new CellGradient<TCell, TVector>(
            cell, ref p, ref q, ref before, ref after, ref output, ref gradient, ref weights, ref weightGradients, width, width, width));
        UnitVectors<TVector>.Put(ref p, TCell.Gates, gates, units, count);
        UnitVectors<TVector>.Put(ref q, kept, recurrent, units, count);
        UnitVectors<TVector>.Put(ref gradient, TCell.States, stateGradient, gradientPart, count);
        UnitVectors<TVector>.Put(ref weightGradients, TCell.UnitWeights, unitWeightGradients, units, count);
    }
}
