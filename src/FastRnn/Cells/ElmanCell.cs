using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Cells;

/// <summary>
/// The simple recurrent network: a⟨t⟩ = g₁(Waa·a⟨t−1⟩ + Wax·x⟨t⟩ + b). Source: J. L. Elman, Finding structure in time, Cognitive
/// Science 14 (1990), 179–211.
/// </summary>
/// <typeparam name="TActivation">g₁</typeparam>
internal readonly struct ElmanCell<TActivation> : ICell<ElmanCell<TActivation>>
    where TActivation : struct, IActivation
{
    public static int Gates => 1;

    public static int States => 1;

    public static int UnitWeights => 0;

    public static bool SplitsGates => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<TVector>(CellStep<ElmanCell<TActivation>, TVector> units)
        where TVector : struct, IVector<TVector>
        => units.SetState(0, TActivation.Apply(units.Gate(0)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<TVector>(CellGradient<ElmanCell<TActivation>, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        units.SetDelta(0, TActivation.Gradient(units.State(0), units.Gradient(0)));
        units.SetPreviousGradient(0, TVector.Zero);
    }
}
