using System.Numerics;
using System.Runtime.CompilerServices;
using FastRnn.Cells;
using FastRnn.Kernels;

namespace FastRnn.Tests.Cells;

/// <summary>
/// Shows the parts of the contract that few cells need: u = tanh(p + a⊙q), c⟨t⟩ = d⊙c⟨t−1⟩ + u, h⟨t⟩ = tanh(c⟨t⟩), with two states, two
/// coefficients a and d, and gradients of p and q that differ by a.
/// </summary>
internal readonly struct DecayingMemoryCell : ICell<DecayingMemoryCell>
{
    private const int H = 0, C = 1, A = 0, D = 1;

    public static int Gates => 1;

    public static int States => 2;

    public static int Coefficients => 2;

    public static bool KeepsRecurrent => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward(CellStep<DecayingMemoryCell> units)
    {
        Vector<float> q = units.Recurrent(0);
        Vector<float> u = VectorMath.Tanh(units.Input(0) + units.Coefficient(A) * q);
        Vector<float> memory = units.Coefficient(D) * units.Previous(C) + u;
        units.Keep(0, u);
        units.KeepRecurrent(0, q);
        units.SetState(C, memory);
        units.SetState(H, VectorMath.Tanh(memory));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward(CellGradient<DecayingMemoryCell> units)
    {
        Vector<float> one = Vector<float>.One, u = units.Kept(0), q = units.KeptRecurrent(0), hidden = units.State(H);
        Vector<float> memory = units.Gradient(C) + units.Gradient(H) * (one - hidden * hidden);
        Vector<float> delta = memory * (one - u * u);
        units.SetDelta(0, delta);
        units.SetRecurrentDelta(0, delta * units.Coefficient(A));
        units.AddCoefficientGradient(A, delta * q);
        units.AddCoefficientGradient(D, memory * units.Previous(C));
        units.SetPreviousGradient(H, Vector<float>.Zero);
        units.SetPreviousGradient(C, memory * units.Coefficient(D));
    }
}
