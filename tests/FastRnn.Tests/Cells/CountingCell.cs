using System.Runtime.CompilerServices;
using FastRnn.Cells;
using FastRnn.Kernels;

namespace FastRnn.Tests.Cells;

/// <summary>h⟨t⟩ = p + q, which counts how often it is computed on this thread: with one unit, once a row.</summary>
internal readonly struct CountingCell : ICell<CountingCell>
{
    [field: ThreadStatic]
    internal static int Forwards { get; set; }

    [field: ThreadStatic]
    internal static int Backwards { get; set; }

    public static int Gates => 1;

    /// <summary>Two, since a cell of one gate and one state may be given the rows of a step as one long row.</summary>
    public static int States => 2;

    public static int UnitWeights => 0;

    public static bool SplitsGates => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<TVector>(CellStep<CountingCell, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        Forwards++;
        units.SetState(0, units.Gate(0));
        units.SetState(1, default);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<TVector>(CellGradient<CountingCell, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        Backwards++;
        units.SetDelta(0, units.Gradient(0));
        units.SetPreviousGradient(0, default);
        units.SetPreviousGradient(1, default);
    }
}
