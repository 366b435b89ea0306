using System.Runtime.CompilerServices;
using FastRnn.Cells;
using FastRnn.Kernels;

namespace FastRnn.Onnx.Cells;

/// <summary>
/// ONNX's GRU with linear_before_reset and clip, gates r, z, n: r = σ(clip(z_r)), z = σ(clip(z_z)), n = tanh(clip(p_n + r⊙(q_n + c))),
/// h⟨t⟩ = (1 − z)⊙n + z⊙h⟨t−1⟩; coefficients are c and the bound. Source: ONNX, operator GRU.
/// </summary>
internal readonly struct ClippedGruCell : ICell<ClippedGruCell>
{
    private const int R = 0, Z = 1, N = 2;
    private const int RecurrentBias = 0, Bound = 1;

    public static int Gates => 3;

    public static int States => 1;

    public static int Coefficients => 2;

    public static bool SplitsGates => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<TVector>(CellStep<ClippedGruCell, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        TVector bound = units.Coefficient(Bound);
        TVector clippedR = Clip.Within(bound, units.Gate(R)), clippedZ = Clip.Within(bound, units.Gate(Z));
        TVector m = units.Recurrent(N) + units.Coefficient(RecurrentBias);
        TVector clippedN = Clip.Within(bound, units.Input(N) + VectorMath.Sigmoid(clippedR) * m);
        TVector n = VectorMath.Tanh(clippedN);
        TVector hidden = n + VectorMath.Sigmoid(clippedZ) * (units.Previous(0) - n);
        units.Keep(R, clippedR);
        units.Keep(Z, clippedZ);
        units.Keep(N, clippedN);
        units.KeepRecurrent(N, m);
        units.SetState(0, hidden);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<TVector>(CellGradient<ClippedGruCell, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        TVector bound = units.Coefficient(Bound);
        TVector clippedR = units.Kept(R), clippedZ = units.Kept(Z), clippedN = units.Kept(N), m = units.KeptRecurrent(N);
        TVector r = VectorMath.Sigmoid(clippedR), z = VectorMath.Sigmoid(clippedZ), n = VectorMath.Tanh(clippedN);
        TVector gradient = units.Gradient(0);
        TVector deltaN = Clip.Gradient(bound, clippedN, TanhActivation.Invoke(n, gradient * (TVector.One - z)));
        TVector deltaZ = Clip.Gradient(bound, clippedZ, SigmoidActivation.Invoke(z, gradient * (units.Previous(0) - n)));
        TVector deltaR = Clip.Gradient(bound, clippedR, SigmoidActivation.Invoke(r, deltaN * m));
        TVector deltaM = deltaN * r;
        units.SetDelta(R, deltaR);
        units.SetDelta(Z, deltaZ);
        units.SetDelta(N, deltaN);
        units.SetRecurrentDelta(R, deltaR);
        units.SetRecurrentDelta(Z, deltaZ);
        units.SetRecurrentDelta(N, deltaM);
        units.AddCoefficientGradient(RecurrentBias, deltaM);
        units.SetPreviousGradient(0, gradient * z);
    }
}
