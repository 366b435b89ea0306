using System.Numerics;
using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Cells;

/// <summary>
/// Gated recurrent unit with the reset after the recurrent product, gates r, z, n: r = σ(p_r + q_r), z = σ(p_z + q_z),
/// n = tanh(p_n + r⊙(q_n + c)), h⟨t⟩ = (1 − z)⊙n + z⊙h⟨t−1⟩, with the coefficient c as the bias of the recurrent product. Source: the GRU
/// of PyTorch and cuDNN, after K. Cho et al., Learning phrase representations using RNN encoder–decoder, EMNLP 2014.
/// </summary>
internal readonly struct GruCell : ICell<GruCell>
{
    private const int R = 0, Z = 1, N = 2;

    public static int Gates => 3;

    public static int States => 1;

    public static int Coefficients => 1;

    public static bool KeepsRecurrent => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward(CellStep<GruCell> units)
    {
        Vector<float> r = VectorMath.Sigmoid(units.Gate(R));
        Vector<float> z = VectorMath.Sigmoid(units.Gate(Z));
        Vector<float> m = units.Recurrent(N) + units.Coefficient(0);
        Vector<float> n = VectorMath.Tanh(units.Input(N) + r * m);
        Vector<float> hidden = n + z * (units.Previous(0) - n);
        units.Keep(R, r);
        units.Keep(Z, z);
        units.Keep(N, n);
        units.KeepRecurrent(N, m);
        units.SetState(0, hidden);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward(CellGradient<GruCell> units)
    {
        Vector<float> r = units.Kept(R), z = units.Kept(Z), n = units.Kept(N), m = units.KeptRecurrent(N);
        Vector<float> gradient = units.Gradient(0);
        Vector<float> deltaN = TanhActivation.Invoke(n, gradient * (Vector<float>.One - z));
        Vector<float> deltaZ = SigmoidActivation.Invoke(z, gradient * (units.Previous(0) - n));
        Vector<float> deltaR = SigmoidActivation.Invoke(r, deltaN * m);
        Vector<float> deltaM = deltaN * r;
        units.SetDelta(R, deltaR);
        units.SetDelta(Z, deltaZ);
        units.SetDelta(N, deltaN);
        units.SetRecurrentDelta(R, deltaR);
        units.SetRecurrentDelta(Z, deltaZ);
        units.SetRecurrentDelta(N, deltaM);
        units.AddCoefficientGradient(0, deltaM);
        units.SetPreviousGradient(0, gradient * z);
    }
}
