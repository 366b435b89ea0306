namespace FastRnn.Cells;

/// <summary>
/// A step with two recurrent products, the second of what the first has led to: z₁ = b₁ + W₁·x⟨t⟩ + U·s⟨t−1⟩ makes v, and
/// z₂ = b₂ (+ W₂·x⟨t⟩) + V·v makes the new state s⟨t⟩, which is put out. The layer does the products. H values of v, O of the state.
/// </summary>
internal abstract class TwoProductCell
{
    /// <summary>K, the floats of a sequence's step that the cell keeps for the way back beside z₁, v and z₂.</summary>
    internal virtual int KeptSize => 0;

    /// <summary>z₁ and s⟨t−1⟩ make v.</summary>
    /// <param name="first">z₁ [N, G·H] in, what the backward step needs out</param>
    /// <param name="previous">s⟨t−1⟩ [N, O]</param>
    /// <param name="middle">v [N, H] out</param>
    /// <param name="kept">[N, K] out</param>
    /// <param name="rows">N</param>
    internal abstract void ForwardFirst(Span<float> first, ReadOnlySpan<float> previous, Span<float> middle, Span<float> kept, int rows);

    /// <summary>z₂ makes s⟨t⟩.</summary>
    /// <param name="first">as <see cref="ForwardFirst"/> has left it</param>
    /// <param name="second">z₂ [N, O] in, what the backward step needs out</param>
    /// <param name="previous">s⟨t−1⟩ [N, O]</param>
    /// <param name="next">s⟨t⟩ [N, O] out; may be previous</param>
    /// <param name="kept">as <see cref="ForwardFirst"/> has left it in, with what the second part keeps out</param>
    /// <param name="rows">N</param>
    internal abstract void ForwardSecond(
        ReadOnlySpan<float> first, Span<float> second, ReadOnlySpan<float> previous, Span<float> next, Span<float> kept, int rows);

    /// <summary>∂L/∂s⟨t⟩ makes ∂L/∂z₂, and what of ∂L/∂s⟨t−1⟩ and ∂L/∂z₁ goes past the products.</summary>
    /// <param name="first">kept values in; may be changed to what <see cref="BackwardFirst"/> needs</param>
    /// <param name="second">kept values in, ∂L/∂z₂ out</param>
    /// <param name="previous">s⟨t−1⟩ [N, O]</param>
    /// <param name="state">s⟨t⟩ [N, O]</param>
    /// <param name="gradient">∂L/∂s⟨t⟩ [N, O] in, the part of ∂L/∂s⟨t−1⟩ out</param>
    /// <param name="spare">[N, H], for any values on the way</param>
    /// <param name="kept">[N, K]</param>
    /// <param name="rows">N</param>
    internal abstract void BackwardSecond(
        Span<float> first, Span<float> second, ReadOnlySpan<float> previous, ReadOnlySpan<float> state, Span<float> gradient,
        Span<float> spare, ReadOnlySpan<float> kept, int rows);

    /// <summary>∂L/∂v makes ∂L/∂z₁, and adds to ∂L/∂s⟨t−1⟩ what goes past U.</summary>
    /// <param name="first">as <see cref="BackwardSecond"/> has left it in, ∂L/∂z₁ out</param>
    /// <param name="middle">v [N, H]</param>
    /// <param name="middleGradient">∂L/∂v [N, H]; may be changed</param>
    /// <param name="previous">s⟨t−1⟩ [N, O]</param>
    /// <param name="gradient">∂L/∂s⟨t−1⟩ [N, O], added to</param>
    /// <param name="kept">[N, K]</param>
    /// <param name="rows">N</param>
    internal abstract void BackwardFirst(
        Span<float> first, ReadOnlySpan<float> middle, Span<float> middleGradient, ReadOnlySpan<float> previous, Span<float> gradient,
        ReadOnlySpan<float> kept, int rows);
}
