using System.Runtime.CompilerServices;
using FastRnn.Cells;
using FastRnn.Kernels;

namespace FastRnn.Onnx.Cells;

/// <summary>
/// ONNX's GRU with linear_before_reset and any activations, clipped, gates r, z, n: r = f(clip(z_r)), z = f(clip(z_z)),
/// n = g(clip(p_n + r⊙(q_n + c))), h⟨t⟩ = (1 − z)⊙n + z⊙h⟨t−1⟩; coefficients are c and the bound. Source: ONNX, operator GRU.
/// </summary>
/// <typeparam name="TGate">f</typeparam>
/// <typeparam name="TCandidate">g</typeparam>
internal readonly struct OnnxGruCell<TGate, TCandidate> : ICell<OnnxGruCell<TGate, TCandidate>>
    where TGate : struct, IActivation
    where TCandidate : struct, IActivation
{
    private const int R = 0, Z = 1, N = 2;
    private const int RecurrentBias = 0, Bound = 1;

    public static int Gates => 3;

    public static int States => 1;

    public static int UnitWeights => 2;

    public static bool SplitsGates => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<TVector>(CellStep<OnnxGruCell<TGate, TCandidate>, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        TVector bound = units.UnitWeight(Bound);
        TVector clippedR = Clip.Within(bound, units.Gate(R)), clippedZ = Clip.Within(bound, units.Gate(Z));
        TVector m = units.Recurrent(N) + units.UnitWeight(RecurrentBias);
        TVector clippedN = Clip.Within(bound, units.Input(N) + TGate.Invoke(clippedR) * m);
        TVector n = TCandidate.Invoke(clippedN);
        TVector hidden = n + TGate.Invoke(clippedZ) * (units.Previous(0) - n);
        units.Keep(R, clippedR);
        units.Keep(Z, clippedZ);
        units.Keep(N, clippedN);
        units.KeepRecurrent(N, m);
        units.SetState(0, hidden);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<TVector>(CellGradient<OnnxGruCell<TGate, TCandidate>, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        TVector bound = units.UnitWeight(Bound);
        TVector clippedR = units.Kept(R), clippedZ = units.Kept(Z), clippedN = units.Kept(N), m = units.KeptRecurrent(N);
        TVector r = TGate.Invoke(clippedR), z = TGate.Invoke(clippedZ), n = TCandidate.Invoke(clippedN);
        TVector gradient = units.Gradient(0);
        TVector deltaN = Clip.Gradient(bound, clippedN, TCandidate.Invoke(n, gradient * (TVector.One - z)));
        TVector deltaZ = Clip.Gradient(bound, clippedZ, TGate.Invoke(z, gradient * (units.Previous(0) - n)));
        TVector deltaR = Clip.Gradient(bound, clippedR, TGate.Invoke(r, deltaN * m));
        TVector deltaM = deltaN * r;
        units.SetDelta(R, deltaR);
        units.SetDelta(Z, deltaZ);
        units.SetDelta(N, deltaN);
        units.SetRecurrentDelta(R, deltaR);
        units.SetRecurrentDelta(Z, deltaZ);
        units.SetRecurrentDelta(N, deltaM);
        units.AddUnitWeightGradient(RecurrentBias, deltaM);
        units.SetPreviousGradient(0, gradient * z);
    }
}
