using System.Runtime.CompilerServices;
using FastRnn.Cells;
using FastRnn.Kernels;

namespace FastRnn.Tests.Cells;

/// <summary>
/// Shows the parts of the contract that few cells need: u = tanh(p + a⊙q), c⟨t⟩ = d⊙c⟨t−1⟩ + u, h⟨t⟩ = tanh(c⟨t⟩), with two states, two
/// unit weights a and d, and gradients of p and q that differ by a.
/// </summary>
internal readonly struct DecayingMemoryCell : ICell<DecayingMemoryCell>
{
    private const int H = 0, C = 1, A = 0, D = 1;

    public static int Gates => 1;

    public static int States => 2;

    public static int UnitWeights => 2;

    public static bool SplitsGates => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<TVector>(CellStep<DecayingMemoryCell, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        TVector q = units.Recurrent(0);
        TVector u = VectorMath.Tanh(units.Input(0) + units.UnitWeight(A) * q);
        TVector memory = units.UnitWeight(D) * units.Previous(C) + u;
        units.Keep(0, u);
        units.KeepRecurrent(0, q);
        units.SetState(C, memory);
        units.SetState(H, VectorMath.Tanh(memory));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<TVector>(CellGradient<DecayingMemoryCell, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        TVector one = TVector.One, u = units.Kept(0), q = units.KeptRecurrent(0), hidden = units.State(H);
        TVector memory = units.Gradient(C) + units.Gradient(H) * (one - hidden * hidden);
        TVector delta = memory * (one - u * u);
        units.SetDelta(0, delta);
        units.SetRecurrentDelta(0, delta * units.UnitWeight(A));
        units.AddUnitWeightGradient(A, delta * q);
        units.AddUnitWeightGradient(D, memory * units.Previous(C));
        units.SetPreviousGradient(H, TVector.Zero);
        units.SetPreviousGradient(C, memory * units.UnitWeight(D));
    }
}
