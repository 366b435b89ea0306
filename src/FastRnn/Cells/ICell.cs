namespace FastRnn.Cells;

/// <summary>
/// The arithmetic of one step after its products: how the pre-activation z = b + Wax·x⟨t⟩ + Waa·a⟨t−1⟩ becomes the hidden state
/// a⟨t⟩, and how ∂L/∂a⟨t⟩ becomes δ⟨t⟩ = ∂L/∂z⟨t⟩. A cell has no fields: layers are generic over it, so that it is compiled into
/// their loops. Spans hold any number of sequences, [N, H].
/// </summary>
internal interface ICell
{
    /// <summary>a = g₁(z). <paramref name="hidden"/> may be <paramref name="preActivation"/>.</summary>
    static abstract void Forward(ReadOnlySpan<float> preActivation, Span<float> hidden);

    /// <summary>δ = ∂L/∂a ⊙ g₁′, in place, with g₁′ from the output a.</summary>
    /// <param name="hidden">a [N, H]</param>
    /// <param name="gradient">∂L/∂a [N, H] in, δ [N, H] out</param>
    static abstract void Backward(ReadOnlySpan<float> hidden, Span<float> gradient);
}
