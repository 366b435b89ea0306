using FastRnn.Kernels;

namespace FastRnn.Cells;

/// <summary>
/// The arithmetic of one step of a recurrent cell, after its products: how what comes from the input, p = b + Wx·x⟨t⟩, and from the
/// hidden state, q = Wh·h⟨t−1⟩, becomes the new state, and how the state's gradient becomes that of p and q.
/// </summary>
/// <remarks>
/// A cell is an empty struct. Layers are generic over it, so that it is compiled into their loops; they own weights, products, time and
/// memory. A cell sees H units, a vector of them at a time, and every unit by itself: <see cref="VectorMath"/> has the functions it
/// needs. Mark <see cref="Forward"/> and <see cref="Backward"/> for aggressive inlining.
/// </remarks>
/// <typeparam name="TSelf">The cell itself.</typeparam>
public interface ICell<TSelf>
    where TSelf : struct, ICell<TSelf>
{
    /// <summary>G, the number of gates: a unit has one p and one q for each. Wx is [G·H, I], Wh [G·H, H], b [G·H]; at least 1.</summary>
    static abstract int Gates { get; }

    /// <summary>S, the number of values that a unit keeps from step to step; at least 1. The first one is the hidden state h, which is put
    /// out and fed back.</summary>
    static abstract int States { get; }

    /// <summary>C, the number of weights of a unit beside the matrices, such as peepholes; may be 0.</summary>
    static abstract int Coefficients { get; }

    /// <summary>
    /// Whether the gradients of p and q differ. Then the cell may keep values in the place of q, and writes q's gradient there.
    /// </summary>
    static abstract bool KeepsRecurrent { get; }

    /// <summary>Makes the new state and keeps what <see cref="Backward"/> needs.</summary>
    static abstract void Forward(CellStep<TSelf> units);

    /// <summary>Makes ∂L/∂p of every gate, and ∂L/∂q where it differs, and what of ∂L/∂(state) goes past the products.</summary>
    static abstract void Backward(CellGradient<TSelf> units);
}
