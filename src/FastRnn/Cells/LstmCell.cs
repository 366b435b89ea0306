using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Cells;

/// <summary>
/// Long short-term memory, gates i, f, g, o: i = σ(zᵢ + Pᵢ⊙c⟨t−1⟩), f = σ(z_f + P_f⊙c⟨t−1⟩), or 1 − i where they are coupled, g = φ(z_g),
/// c⟨t⟩ = f⊙c⟨t−1⟩ + i⊙g, o = σ(zₒ + Pₒ⊙c⟨t⟩), h⟨t⟩ = o⊙ψ(c⟨t⟩); without peepholes P = 0; φ and ψ are tanh, σ the logistic sigmoid, unless
/// chosen otherwise. Sources: S. Hochreiter and J. Schmidhuber, Long short-term memory,
/// Neural Computation 9 (1997); F. A. Gers, J. Schmidhuber and F. Cummins, Learning to forget, Neural Computation 12 (2000) (the gate f);
/// F. A. Gers and J. Schmidhuber, Recurrent nets that time and count, IJCNN 2000 (peepholes); ONNX, operator LSTM, for the choice, whose
/// clip is taken as ONNX Runtime takes it, on gates alone.
/// </summary>
/// <param name="functions">σ, φ and ψ</param>
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
        TFunctions functions = TFunctions.KeepsInputs ? units.Self._functions : default;
        TVector i = units.Gate(I), f = units.Gate(F);
        if (TPeepholes.Value)
        {
            i += units.UnitWeight(PeepholeI) * units.Previous(Memory);
            f += units.UnitWeight(PeepholeF) * units.Previous(Memory);
            if (TFunctions.KeepsInputs)
            {
                units.Keep(I, i);
                units.Keep(F, f);
            }
        }

        // Nothing is kept in a register for longer than it is needed: the constants of the activations take most of sixteen. Branches
        // instead of conditional expressions and calls: with more temporaries RyuJIT spills constants.
        i = functions.Gate(i);
        if (!TFunctions.KeepsInputs)
        {
            units.Keep(I, i);
        }

        f = functions.Gate(f);
        if (TFunctions.KeepsInputs && functions.IsCoupled)
        {
            f = TVector.One - i;
        }

        if (!TFunctions.KeepsInputs)
        {
            units.Keep(F, f);
        }

        TVector g = functions.Candidate(units.Gate(G));
        if (!TFunctions.KeepsInputs)
        {
            units.Keep(G, g);
        }

        TVector memory = f * units.Previous(Memory) + i * g;
        units.SetState(Memory, memory);
        TVector o = units.Gate(O);
        if (TPeepholes.Value)
        {
            o += units.UnitWeight(PeepholeO) * memory;
            if (TFunctions.KeepsInputs)
            {
                units.Keep(O, o);
            }
        }

        o = functions.Gate(o);
        if (!TFunctions.KeepsInputs)
        {
            units.Keep(O, o);
        }

        units.SetState(Hidden, o * functions.Output(memory));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<TVector>(CellGradient<LstmCell<TFunctions, TPeepholes>, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        TFunctions functions = TFunctions.KeepsInputs ? units.Self._functions : default;
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
        TVector gradient = units.Gradient(Memory) + functions.OutputGradient(memory, squashed, hidden * o);
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
