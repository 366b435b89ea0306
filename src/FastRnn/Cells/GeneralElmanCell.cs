using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Cells;

/// <summary>The simple recurrent network with any activation, clipped: a⟨t⟩ = g₁(clip(Waa·a⟨t−1⟩ + Wax·x⟨t⟩ + b)). Source: ONNX,
/// operator RNN.</summary>
/// <param name="function">g₁ and the bound</param>
internal readonly struct GeneralElmanCell(GateFunction function) : ICell<GeneralElmanCell>
{
    private readonly GateFunction _function = function;

    public static int Gates => 1;

    public static int States => 1;

    public static int UnitWeights => 0;

    public static bool SplitsGates => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<TVector>(CellStep<GeneralElmanCell, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        TVector clipped = units.Cell._function.Clip(units.Gate(0));
        units.Keep(0, clipped);
        units.SetState(0, units.Cell._function.Apply(clipped));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<TVector>(CellGradient<GeneralElmanCell, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        units.SetDelta(0, units.Cell._function.Gradient(units.Kept(0), units.State(0), units.Gradient(0)));
        units.SetPreviousGradient(0, TVector.Zero);
    }
}
