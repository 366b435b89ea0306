using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Cells;

/// <summary>
/// The LSTM of <see cref="LstmCell{TPeepholes}"/> with any activations, clipped or with coupled gates, i, f, g, o:
/// i = f(clip(zᵢ + Pᵢ⊙c⟨t−1⟩)), f = f(clip(z_f + P_f⊙c⟨t−1⟩)), coupled f = 1 − i, g = g(clip(z_g)), c⟨t⟩ = f⊙c⟨t−1⟩ + i⊙g,
/// o = f(clip(zₒ + Pₒ⊙c⟨t⟩)), h⟨t⟩ = o⊙h(c⟨t⟩). Source: ONNX, operator LSTM, whose clip is taken as ONNX Runtime takes it, on gates alone.
/// </summary>
/// <param name="gate">f, of the gates i, f and o</param>
/// <param name="candidate">g, of what goes into the memory</param>
/// <param name="output">h, of the memory on its way out; not clipped</param>
/// <param name="isCoupled">whether f is 1 − i</param>
/// <typeparam name="TPeepholes">whether there are peepholes: unit weights Pᵢ, P_f, Pₒ</typeparam>
internal readonly struct GeneralLstmCell<TPeepholes>(GateFunction gate, GateFunction candidate, VectorActivation output, bool isCoupled)
    : ICell<GeneralLstmCell<TPeepholes>>
    where TPeepholes : struct, IBooleanConstant
{
    private const int I = 0, F = 1, G = 2, O = 3;
    private const int Hidden = 0, Memory = 1;
    private const int PeepholeI = 0, PeepholeF = 1, PeepholeO = 2;

    private readonly GateFunction _gate = gate;
    private readonly GateFunction _candidate = candidate;
    private readonly VectorActivation _output = output;
    private readonly bool _isCoupled = isCoupled;

    public static int Gates => 4;

    public static int States => 2;

    public static int UnitWeights => TPeepholes.Value ? 3 : 0;

    public static bool SplitsGates => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<TVector>(CellStep<GeneralLstmCell<TPeepholes>, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        ref readonly GeneralLstmCell<TPeepholes> cell = ref units.Cell;
        TVector previous = units.Previous(Memory), zI = units.Gate(I), zF = units.Gate(F);
        if (TPeepholes.Value)
        {
            zI += units.UnitWeight(PeepholeI) * previous;
            zF += units.UnitWeight(PeepholeF) * previous;
        }

        zI = cell._gate.Clip(zI);
        zF = cell._gate.Clip(zF);
        TVector zG = cell._candidate.Clip(units.Gate(G));
        TVector i = cell._gate.Apply(zI);
        TVector f = cell._isCoupled ? TVector.One - i : cell._gate.Apply(zF);
        TVector memory = f * previous + i * cell._candidate.Apply(zG);
        TVector zO = units.Gate(O);
        if (TPeepholes.Value)
        {
            zO += units.UnitWeight(PeepholeO) * memory;
        }

        zO = cell._gate.Clip(zO);
        units.Keep(I, zI);
        units.Keep(F, zF);
        units.Keep(G, zG);
        units.Keep(O, zO);
        units.SetState(Memory, memory);
        units.SetState(Hidden, cell._gate.Apply(zO) * cell._output.Apply(memory));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<TVector>(CellGradient<GeneralLstmCell<TPeepholes>, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        ref readonly GeneralLstmCell<TPeepholes> cell = ref units.Cell;
        TVector previous = units.Previous(Memory), memory = units.State(Memory);
        TVector zI = units.Kept(I), zF = units.Kept(F), zG = units.Kept(G), zO = units.Kept(O);
        TVector i = cell._gate.Apply(zI), g = cell._candidate.Apply(zG), o = cell._gate.Apply(zO);
        TVector f = cell._isCoupled ? TVector.One - i : cell._gate.Apply(zF);
        TVector squashed = cell._output.Apply(memory);
        TVector hidden = units.Gradient(Hidden);
        TVector deltaO = cell._gate.Gradient(zO, o, hidden * squashed);
        TVector gradient = units.Gradient(Memory);
        if (TPeepholes.Value)
        {
            gradient += units.UnitWeight(PeepholeO) * deltaO;
        }

        gradient += cell._output.Gradient(squashed, hidden * o);
        TVector deltaI = cell._gate.Gradient(zI, i, gradient * (cell._isCoupled ? g - previous : g));
        TVector deltaF = cell._isCoupled ? TVector.Zero : cell._gate.Gradient(zF, f, gradient * previous);
        TVector past = gradient * f;
        if (TPeepholes.Value)
        {
            past += units.UnitWeight(PeepholeI) * deltaI + units.UnitWeight(PeepholeF) * deltaF;
            units.AddUnitWeightGradient(PeepholeI, deltaI * previous);
            units.AddUnitWeightGradient(PeepholeF, deltaF * previous);
            units.AddUnitWeightGradient(PeepholeO, deltaO * memory);
        }

        units.SetDelta(I, deltaI);
        units.SetDelta(F, deltaF);
        units.SetDelta(G, cell._candidate.Gradient(zG, g, gradient * i));
        units.SetDelta(O, deltaO);
        units.SetPreviousGradient(Memory, past);
        units.SetPreviousGradient(Hidden, TVector.Zero);
    }
}
