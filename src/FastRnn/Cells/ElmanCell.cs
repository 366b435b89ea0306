using FastRnn.Kernels;

namespace FastRnn.Cells;

/// <summary>
/// The simple recurrent network: a⟨t⟩ = g₁(Waa·a⟨t−1⟩ + Wax·x⟨t⟩ + b). Source: J. L. Elman, Finding structure in time, Cognitive
/// Science 14 (1990), 179–211.
/// </summary>
/// <typeparam name="TActivation">g₁</typeparam>
internal readonly struct ElmanCell<TActivation> : ICell
    where TActivation : struct, IActivation
{
    public static void Forward(ReadOnlySpan<float> preActivation, Span<float> hidden)
        => Elementwise.Map<TActivation>(preActivation, hidden);

    public static void Backward(ReadOnlySpan<float> hidden, Span<float> gradient)
        => Elementwise.Zip<TActivation>(hidden, gradient, gradient);
}
