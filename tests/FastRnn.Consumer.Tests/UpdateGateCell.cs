using System.Runtime.CompilerServices;
using FastRnn.Cells;
using FastRnn.Kernels;

namespace FastRnn.Consumer.Tests;

/// <summary>
/// The update gate RNN: c = tanh(z_c), g = σ(z_g), h⟨t⟩ = g⊙h⟨t−1⟩ + (1 − g)⊙c. Source: J. Collins, J. Sohl-Dickstein and D. Sussillo,
/// Capacity and trainability in recurrent neural networks, ICLR 2017.
/// </summary>
public readonly struct UpdateGateCell : ICell<UpdateGateCell>
{
    private const int C = 0, G = 1;

    public static int Gates => 2;

    public static int States => 1;

    public static int UnitWeights => 0;

    public static bool SplitsGates => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<TVector>(CellStep<UpdateGateCell, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        TVector c = VectorMath.Tanh(units.Gate(C));
        TVector g = VectorMath.Sigmoid(units.Gate(G));
        TVector hidden = g * units.Previous(0) + (TVector.One - g) * c;
        units.Keep(C, c);
        units.Keep(G, g);
        units.SetState(0, hidden);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<TVector>(CellGradient<UpdateGateCell, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        TVector one = TVector.One, c = units.Kept(C), g = units.Kept(G);
        TVector gradient = units.Gradient(0);
        units.SetDelta(C, gradient * (one - g) * (one - c * c));
        units.SetDelta(G, gradient * (units.Previous(0) - c) * g * (one - g));
        units.SetPreviousGradient(0, gradient * g);
    }
}
