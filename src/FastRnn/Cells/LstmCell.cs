using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Cells;

/// <summary>
/// Long short-term memory, gates i, f, g, o: i = f(zᵢ + Pᵢ⊙c⟨t−1⟩), f = f(z_f + P_f⊙c⟨t−1⟩), or 1 − i where they are coupled, g = g(z_g),
/// c⟨t⟩ = f⊙c⟨t−1⟩ + i⊙g, o = f(zₒ + Pₒ⊙c⟨t⟩), h⟨t⟩ = o⊙h(c⟨t⟩); without peepholes P = 0; f is σ, g and h are tanh, unless chosen
/// otherwise. Sources: S. Hochreiter and J. Schmidhuber, Long short-term memory,
/// Neural Computation 9 (1997); F. A. Gers, J. Schmidhuber and F. Cummins, Learning to forget, Neural Computation 12 (2000) (the gate f);
/// F. A. Gers and J. Schmidhuber, Recurrent nets that time and count, IJCNN 2000 (peepholes); ONNX, operator LSTM, for the choice, whose
/// clip is taken as ONNX Runtime takes it, on gates alone.
/// </summary>
/// <param name="functions">f, g and h</param>
/// <typeparam name="TFunctions">compiled in</typeparam>
/// <typeparam name="TPeepholes">whether there are peepholes: unit weights Pᵢ, P_f, Pₒ</typeparam>
internal readonly struct LstmCell<TFunctions, TPeepholes>(TFunctions functions) : ICell<LstmCell<TFunctions, TPeepholes>>
    where TFunctions : struct, IGateFunctions
    where TPeepholes : struct, IBooleanConstant
{
    private const int I = 0, F = 1, G = 2, O = 3;
    private const int Hidden = 0, Memory = 1;
    private const int PeepholeI = 0, PeepholeF = 1, PeepholeO = 2;

    private readonly TFunctions _functions = functions;

    public static int Gates => 4;

    public static int States => 2;

    public static int UnitWeights => TPeepholes.Value ? 3 : 0;

    public static bool SplitsGates => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<TVector>(CellStep<LstmCell<TFunctions, TPeepholes>, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        ref readonly TFunctions functions = ref units.Self._functions;
        TVector z = units.Gate(I), f = units.Gate(F);
        if (TPeepholes.Value)
        {
            z += units.UnitWeight(PeepholeI) * units.Previous(Memory);
            f += units.UnitWeight(PeepholeF) * units.Previous(Memory);
        }

        // Nothing is kept in a register for longer than it is needed: the constants of the activations take most of sixteen.
        z = functions.Clip(z);
        TVector i = functions.Gate(z);
        units.Keep(I, TFunctions.KeepsInputs ? z : i);
        z = functions.Clip(f);
        f = functions.IsCoupled ? TVector.One - i : functions.Gate(z);
        units.Keep(F, TFunctions.KeepsInputs ? z : f);
        z = functions.Clip(units.Gate(G));
        TVector g = functions.Candidate(z);
        units.Keep(G, TFunctions.KeepsInputs ? z : g);
        TVector memory = f * units.Previous(Memory) + i * g;
        units.SetState(Memory, memory);
        z = units.Gate(O);
        if (TPeepholes.Value)
        {
            z += units.UnitWeight(PeepholeO) * memory;
        }

        z = functions.Clip(z);
        TVector o = functions.Gate(z);
        units.Keep(O, TFunctions.KeepsInputs ? z : o);
        units.SetState(Hidden, o * functions.Output(memory));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<TVector>(CellGradient<LstmCell<TFunctions, TPeepholes>, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        ref readonly TFunctions functions = ref units.Self._functions;
        TVector keptI = units.Kept(I), keptF = units.Kept(F), keptG = units.Kept(G), keptO = units.Kept(O);
        TVector i = TFunctions.KeepsInputs ? functions.Gate(keptI) : keptI;
        TVector f = !TFunctions.KeepsInputs ? keptF : functions.IsCoupled ? TVector.One - i : functions.Gate(keptF);
        TVector g = TFunctions.KeepsInputs ? functions.Candidate(keptG) : keptG;
        TVector o = TFunctions.KeepsInputs ? functions.Gate(keptO) : keptO;
        TVector previous = units.Previous(Memory);
        TVector memory = units.State(Memory);
        TVector squashed = functions.Output(memory);
        TVector hidden = units.Gradient(Hidden);
        TVector deltaO = functions.GateGradient(keptO, o, hidden * squashed);
        TVector gradient = units.Gradient(Memory) + functions.OutputGradient(squashed, hidden * o);
        if (TPeepholes.Value)
        {
            gradient += units.UnitWeight(PeepholeO) * deltaO;
        }

        TVector deltaI = functions.GateGradient(keptI, i, gradient * (functions.IsCoupled ? g - previous : g));
        TVector deltaF = functions.IsCoupled ? TVector.Zero : functions.GateGradient(keptF, f, gradient * previous);
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
        units.SetDelta(G, functions.CandidateGradient(keptG, g, gradient * i));
        units.SetDelta(O, deltaO);
        units.SetPreviousGradient(Memory, past);
        units.SetPreviousGradient(Hidden, TVector.Zero);
    }
}
