using System.Runtime.CompilerServices;
using FastRnn.Cells;
using FastRnn.Kernels;

namespace FastRnn.Onnx.Cells;

/// <summary>
/// ONNX's LSTM with any activations, clipped or with input_forget, gates i, f, g, o: i = f(clip(zᵢ + Pᵢ⊙c⟨t−1⟩)),
/// f = f(clip(z_f + P_f⊙c⟨t−1⟩)), coupled f = 1 − i, g = g(clip(z_g)), c⟨t⟩ = f⊙c⟨t−1⟩ + i⊙g, o = f(clip(zₒ + Pₒ⊙c⟨t⟩)),
/// h⟨t⟩ = o⊙h(c⟨t⟩); coefficients are the bound, Pᵢ, P_f and Pₒ. Source: ONNX, operator LSTM, whose clip is taken as ONNX Runtime takes
/// it, on gates alone.
/// </summary>
/// <typeparam name="TGate">f, of the gates i, f and o</typeparam>
/// <typeparam name="TInput">g, of what goes into the memory</typeparam>
/// <typeparam name="TOutput">h, of the memory on its way out</typeparam>
/// <typeparam name="TCoupled">whether f is 1 − i</typeparam>
internal readonly struct OnnxLstmCell<TGate, TInput, TOutput, TCoupled> : ICell<OnnxLstmCell<TGate, TInput, TOutput, TCoupled>>
    where TGate : struct, IActivation
    where TInput : struct, IActivation
    where TOutput : struct, IActivation
    where TCoupled : struct, IBooleanConstant
{
    private const int I = 0, F = 1, G = 2, O = 3;
    private const int Hidden = 0, Memory = 1;
    private const int Bound = 0, PeepholeI = 1, PeepholeF = 2, PeepholeO = 3;

    public static int Gates => 4;

    public static int States => 2;

    public static int UnitWeights => 4;

    public static bool SplitsGates => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<TVector>(CellStep<OnnxLstmCell<TGate, TInput, TOutput, TCoupled>, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        TVector bound = units.UnitWeight(Bound), previous = units.Previous(Memory);
        TVector clippedI = Clip.Within(bound, units.Gate(I) + units.UnitWeight(PeepholeI) * previous);
        TVector clippedF = Clip.Within(bound, units.Gate(F) + units.UnitWeight(PeepholeF) * previous);
        TVector clippedG = Clip.Within(bound, units.Gate(G));
        TVector i = TGate.Invoke(clippedI);
        TVector f = TCoupled.Value ? TVector.One - i : TGate.Invoke(clippedF);
        TVector memory = f * previous + i * TInput.Invoke(clippedG);
        TVector clippedO = Clip.Within(bound, units.Gate(O) + units.UnitWeight(PeepholeO) * memory);
        units.Keep(I, clippedI);
        units.Keep(F, clippedF);
        units.Keep(G, clippedG);
        units.Keep(O, clippedO);
        units.SetState(Memory, memory);
        units.SetState(Hidden, TGate.Invoke(clippedO) * TOutput.Invoke(memory));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<TVector>(CellGradient<OnnxLstmCell<TGate, TInput, TOutput, TCoupled>, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        TVector bound = units.UnitWeight(Bound), previous = units.Previous(Memory), memory = units.State(Memory);
        TVector clippedI = units.Kept(I), clippedF = units.Kept(F), clippedG = units.Kept(G), clippedO = units.Kept(O);
        TVector i = TGate.Invoke(clippedI), g = TInput.Invoke(clippedG), o = TGate.Invoke(clippedO);
        TVector f = TCoupled.Value ? TVector.One - i : TGate.Invoke(clippedF);
        TVector squashed = TOutput.Invoke(memory);
        TVector hidden = units.Gradient(Hidden);
        TVector deltaO = Clip.Gradient(bound, clippedO, TGate.Invoke(o, hidden * squashed));
        TVector gradient = units.Gradient(Memory) + units.UnitWeight(PeepholeO) * deltaO
            + TOutput.Invoke(squashed, hidden * o);
        TVector ofInput = TCoupled.Value ? gradient * (g - previous) : gradient * g;
        TVector ofForget = TCoupled.Value ? TVector.Zero : gradient * previous;
        TVector deltaI = Clip.Gradient(bound, clippedI, TGate.Invoke(i, ofInput));
        TVector deltaF = Clip.Gradient(bound, clippedF, TGate.Invoke(f, ofForget));
        units.SetDelta(I, deltaI);
        units.SetDelta(F, deltaF);
        units.SetDelta(G, Clip.Gradient(bound, clippedG, TInput.Invoke(g, gradient * i)));
        units.SetDelta(O, deltaO);
        units.AddUnitWeightGradient(PeepholeI, deltaI * previous);
        units.AddUnitWeightGradient(PeepholeF, deltaF * previous);
        units.AddUnitWeightGradient(PeepholeO, deltaO * memory);
        units.SetPreviousGradient(
            Memory, gradient * f + units.UnitWeight(PeepholeI) * deltaI + units.UnitWeight(PeepholeF) * deltaF);
        units.SetPreviousGradient(Hidden, TVector.Zero);
    }
}
