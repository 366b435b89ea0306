using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Cells;

/// <summary>
/// Gated recurrent unit with the reset after the recurrent product, gates r, z, n: r = σ(p_r + q_r), z = σ(p_z + q_z),
/// n = tanh(p_n + r⊙(q_n + c)), h⟨t⟩ = (1 − z)⊙n + z⊙h⟨t−1⟩, with the unit weight c as the bias of the recurrent product. Source: the GRU
/// of PyTorch and cuDNN, after K. Cho et al., Learning phrase representations using RNN encoder–decoder, EMNLP 2014.
/// </summary>
internal readonly struct GruCell : ICell<GruCell>
{
    private const int R = 0, Z = 1, N = 2;

    public static int Gates => 3;

    public static int States => 1;

    public static int UnitWeights => 1;

    public static bool SplitsGates => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<TVector>(CellStep<GruCell, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        TVector r = VectorMath.Sigmoid(units.Gate(R));
        TVector z = VectorMath.Sigmoid(units.Gate(Z));
        TVector m = units.Recurrent(N) + units.UnitWeight(0);
        TVector n = VectorMath.Tanh(units.Input(N) + r * m);
        TVector hidden = n + z * (units.Previous(0) - n);
        units.Keep(R, r);
        units.Keep(Z, z);
        units.Keep(N, n);
        units.KeepRecurrent(N, m);
        units.SetState(0, hidden);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<TVector>(CellGradient<GruCell, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        TVector r = units.Kept(R), z = units.Kept(Z), n = units.Kept(N), m = units.KeptRecurrent(N);
        TVector gradient = units.Gradient(0);
        TVector deltaN = TanhActivation.Gradient(n, gradient * (TVector.One - z));
        TVector deltaZ = SigmoidActivation.Gradient(z, gradient * (units.Previous(0) - n));
        TVector deltaR = SigmoidActivation.Gradient(r, deltaN * m);
        TVector deltaM = deltaN * r;
        units.SetDelta(R, deltaR);
        units.SetDelta(Z, deltaZ);
        units.SetDelta(N, deltaN);
        units.SetRecurrentDelta(R, deltaR);
        units.SetRecurrentDelta(Z, deltaZ);
        units.SetRecurrentDelta(N, deltaM);
        units.AddUnitWeightGradient(0, deltaM);
        units.SetPreviousGradient(0, gradient * z);
    }
}
