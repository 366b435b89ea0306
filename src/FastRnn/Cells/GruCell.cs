using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Cells;

/// <summary>
/// Gated recurrent unit with the reset after the recurrent product, gates r, z, n: r = σ(p_r + q_r), z = σ(p_z + q_z),
/// n = φ(p_n + r⊙(q_n + c)), h⟨t⟩ = (1 − z)⊙n + z⊙h⟨t−1⟩, with the unit weight c as the bias of the recurrent product; σ is the logistic
/// sigmoid and φ tanh, unless chosen otherwise. Source: the GRU of PyTorch and cuDNN, after K. Cho et al., Learning phrase representations
/// using RNN encoder–decoder, EMNLP 2014; ONNX, operator GRU with linear_before_reset, for the choice.
/// </summary>
/// <param name="functions">σ and φ</param>
/// <typeparam name="TFunctions">compiled in</typeparam>
internal readonly struct GruCell<TFunctions>(TFunctions functions) : ICell<GruCell<TFunctions>>
    where TFunctions : struct, IGateFunctions
{
    private const int R = 0, Z = 1, N = 2;

    private readonly TFunctions _functions = functions;

    public static int Gates => 3;

    public static int States => 1;

    public static int UnitWeights => 1;

    public static bool SplitsGates => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<TVector>(CellStep<GruCell<TFunctions>, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        TFunctions functions = TFunctions.KeepsInputs ? units.Self._functions : default;
        TVector zR = units.Gate(R), r = functions.Gate(zR);
        TVector zZ = units.Gate(Z), z = functions.Gate(zZ);
        TVector m = units.Recurrent(N) + units.UnitWeight(0);
        TVector zN = units.Input(N) + r * m, n = functions.Candidate(zN);
        TVector hidden = n + z * (units.Previous(0) - n);
        units.Keep(R, TFunctions.KeepsInputs ? zR : r);
        units.Keep(Z, TFunctions.KeepsInputs ? zZ : z);
        units.Keep(N, TFunctions.KeepsInputs ? zN : n);
        units.KeepRecurrent(N, m);
        units.SetState(0, hidden);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<TVector>(CellGradient<GruCell<TFunctions>, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        TFunctions functions = TFunctions.KeepsInputs ? units.Self._functions : default;
        TVector keptR = units.Kept(R), keptZ = units.Kept(Z), keptN = units.Kept(N), m = units.KeptRecurrent(N);
        TVector r = TFunctions.KeepsInputs ? functions.Gate(keptR) : keptR;
        TVector z = TFunctions.KeepsInputs ? functions.Gate(keptZ) : keptZ;
        TVector n = TFunctions.KeepsInputs ? functions.Candidate(keptN) : keptN;
        TVector gradient = units.Gradient(0);
        TVector deltaN = functions.CandidateGradient(keptN, n, gradient * (TVector.One - z));
        TVector deltaZ = functions.GateGradient(keptZ, z, gradient * (units.Previous(0) - n));
        TVector deltaR = functions.GateGradient(keptR, r, deltaN * m);
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
