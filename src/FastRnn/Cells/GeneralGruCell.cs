using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Cells;

/// <summary>
/// The GRU of <see cref="GruCell"/> with any activations, clipped, gates r, z, n: r = f(clip(z_r)), z = f(clip(z_z)),
/// n = g(clip(p_n + r⊙(q_n + c))), h⟨t⟩ = (1 − z)⊙n + z⊙h⟨t−1⟩. Source: ONNX, operator GRU with linear_before_reset.
/// </summary>
/// <param name="gate">f</param>
/// <param name="candidate">g</param>
internal readonly struct GeneralGruCell(GateFunction gate, GateFunction candidate) : ICell<GeneralGruCell>
{
    private const int R = 0, Z = 1, N = 2;

    private readonly GateFunction _gate = gate;
    private readonly GateFunction _candidate = candidate;

    public static int Gates => 3;

    public static int States => 1;

    public static int UnitWeights => 1;

    public static bool SplitsGates => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<TVector>(CellStep<GeneralGruCell, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        ref readonly GeneralGruCell cell = ref units.Cell;
        TVector r = cell._gate.Clip(units.Gate(R)), z = cell._gate.Clip(units.Gate(Z));
        TVector m = units.Recurrent(N) + units.UnitWeight(0);
        TVector clippedN = cell._candidate.Clip(units.Input(N) + cell._gate.Apply(r) * m);
        TVector n = cell._candidate.Apply(clippedN);
        TVector hidden = n + cell._gate.Apply(z) * (units.Previous(0) - n);
        units.Keep(R, r);
        units.Keep(Z, z);
        units.Keep(N, clippedN);
        units.KeepRecurrent(N, m);
        units.SetState(0, hidden);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<TVector>(CellGradient<GeneralGruCell, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        ref readonly GeneralGruCell cell = ref units.Cell;
        TVector clippedR = units.Kept(R), clippedZ = units.Kept(Z), clippedN = units.Kept(N), m = units.KeptRecurrent(N);
        TVector r = cell._gate.Apply(clippedR), z = cell._gate.Apply(clippedZ), n = cell._candidate.Apply(clippedN);
        TVector gradient = units.Gradient(0);
        TVector deltaN = cell._candidate.Gradient(clippedN, n, gradient * (TVector.One - z));
        TVector deltaZ = cell._gate.Gradient(clippedZ, z, gradient * (units.Previous(0) - n));
        TVector deltaR = cell._gate.Gradient(clippedR, r, deltaN * m);
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
