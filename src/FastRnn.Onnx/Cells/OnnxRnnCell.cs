using System.Runtime.CompilerServices;
using FastRnn.Cells;
using FastRnn.Kernels;

namespace FastRnn.Onnx.Cells;

/// <summary>
/// ONNX's RNN with clip: a⟨t⟩ = g₁(clip(Waa·a⟨t−1⟩ + Wax·x⟨t⟩ + b)); the bound is a coefficient. Source: ONNX, operator RNN.
/// </summary>
/// <typeparam name="TActivation">g₁</typeparam>
internal readonly struct OnnxRnnCell<TActivation> : ICell<OnnxRnnCell<TActivation>>
    where TActivation : struct, IActivation
{
    private const int Bound = 0;

    public static int Gates => 1;

    public static int States => 1;

    public static int UnitWeights => 1;

    public static bool SplitsGates => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<TVector>(CellStep<OnnxRnnCell<TActivation>, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        TVector z = Clip.Within(units.UnitWeight(Bound), units.Gate(0));
        units.Keep(0, z);
        units.SetState(0, TActivation.Invoke(z));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<TVector>(CellGradient<OnnxRnnCell<TActivation>, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        TVector delta = TActivation.Invoke(units.State(0), units.Gradient(0));
        units.SetDelta(0, Clip.Gradient(units.UnitWeight(Bound), units.Kept(0), delta));
        units.SetPreviousGradient(0, TVector.Zero);
    }
}
