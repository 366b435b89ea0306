using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Cells;

/// <summary>
/// Long short-term memory, gates i, f, g, o: i = σ(zᵢ + Pᵢ⊙c⟨t−1⟩), f = σ(z_f + P_f⊙c⟨t−1⟩), g = tanh(z_g), c⟨t⟩ = f⊙c⟨t−1⟩ + i⊙g,
/// o = σ(zₒ + Pₒ⊙c⟨t⟩), h⟨t⟩ = o⊙tanh(c⟨t⟩); without peepholes P = 0. Sources: S. Hochreiter and J. Schmidhuber, Long short-term memory,
/// Neural Computation 9 (1997); F. A. Gers, J. Schmidhuber and F. Cummins, Learning to forget, Neural Computation 12 (2000) (the gate f);
/// F. A. Gers and J. Schmidhuber, Recurrent nets that time and count, IJCNN 2000 (peepholes).
/// </summary>
/// <typeparam name="TPeepholes">whether there are peepholes: unit weights Pᵢ, P_f, Pₒ</typeparam>
internal readonly struct LstmCell<TPeepholes> : ICell<LstmCell<TPeepholes>>
    where TPeepholes : struct, IBooleanConstant
{
    private const int I = 0, F = 1, G = 2, O = 3;
    private const int Hidden = 0, Memory = 1;
    private const int PeepholeI = 0, PeepholeF = 1, PeepholeO = 2;

    public static int Gates => 4;

    public static int States => 2;

    public static int UnitWeights => TPeepholes.Value ? 3 : 0;

    public static bool SplitsGates => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<TVector>(CellStep<LstmCell<TPeepholes>, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        TVector i = units.Gate(I), f = units.Gate(F);
        if (TPeepholes.Value)
        {
            i += units.UnitWeight(PeepholeI) * units.Previous(Memory);
            f += units.UnitWeight(PeepholeF) * units.Previous(Memory);
        }

        // Nothing is kept in a register for longer than it is needed: the constants of the activations take most of sixteen.
        i = VectorMath.Sigmoid(i);
        units.Keep(I, i);
        f = VectorMath.Sigmoid(f);
        units.Keep(F, f);
        TVector g = VectorMath.Tanh(units.Gate(G));
        units.Keep(G, g);
        TVector memory = f * units.Previous(Memory) + i * g;
        units.SetState(Memory, memory);
        TVector o = units.Gate(O);
        if (TPeepholes.Value)
        {
            o += units.UnitWeight(PeepholeO) * memory;
        }

        o = VectorMath.Sigmoid(o);
        units.Keep(O, o);
        units.SetState(Hidden, o * VectorMath.Tanh(memory));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<TVector>(CellGradient<LstmCell<TPeepholes>, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        TVector i = units.Kept(I), f = units.Kept(F), g = units.Kept(G), o = units.Kept(O);
        TVector previous = units.Previous(Memory);
        TVector memory = units.State(Memory);
        TVector squashed = VectorMath.Tanh(memory);
        TVector hidden = units.Gradient(Hidden);
        TVector deltaO = SigmoidActivation.Gradient(o, hidden * squashed);
        TVector gradient = units.Gradient(Memory) + TanhActivation.Gradient(squashed, hidden * o);
        if (TPeepholes.Value)
        {
            gradient += units.UnitWeight(PeepholeO) * deltaO;
        }

        TVector deltaI = SigmoidActivation.Gradient(i, gradient * g);
        TVector deltaF = SigmoidActivation.Gradient(f, gradient * previous);
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
        units.SetDelta(G, TanhActivation.Gradient(g, gradient * i));
        units.SetDelta(O, deltaO);
        units.SetPreviousGradient(Memory, past);
        units.SetPreviousGradient(Hidden, TVector.Zero);
    }
}
