using FastRnn.Kernels;

namespace FastRnn.Cells;

/// <summary>
/// The Jordan network, whose output is fed back: a⟨t⟩ = g₁(Wax·x⟨t⟩ + U·y⟨t−1⟩ + b), y⟨t⟩ = g₂(Wya·a⟨t⟩ + by). Source: M. I. Jordan,
/// Serial order: a parallel distributed processing approach, ICS Report 8604, University of California San Diego, 1986; here without
/// the decaying average of past outputs.
/// </summary>
/// <param name="hidden">g₁</param>
/// <param name="output">g₂</param>
/// <param name="hiddenSize">H</param>
/// <param name="outputSize">O</param>
internal sealed class JordanCell(RowActivation hidden, RowActivation output, int hiddenSize, int outputSize) : TwoProductCell
{
    internal override void ForwardFirst(Span<float> first, ReadOnlySpan<float> previous, Span<float> middle, Span<float> kept, int rows)
        => hidden.Forward(first, middle, hiddenSize);

    internal override void ForwardSecond(
        ReadOnlySpan<float> first, Span<float> second, ReadOnlySpan<float> previous, Span<float> next, Span<float> kept, int rows)
    {
        output.Forward(second, next, outputSize);
        Elementwise.Map(default(FlushToZero), next, next);
    }

    internal override void BackwardSecond(
        Span<float> first, Span<float> second, ReadOnlySpan<float> previous, ReadOnlySpan<float> state, Span<float> gradient,
        Span<float> spare, ReadOnlySpan<float> kept, int rows)
    {
        output.Backward(second, state, gradient, outputSize);
        gradient.CopyTo(second);
        gradient.Clear();
    }

    internal override void BackwardFirst(
        Span<float> first, ReadOnlySpan<float> middle, Span<float> middleGradient, ReadOnlySpan<float> previous, Span<float> gradient,
        ReadOnlySpan<float> kept, int rows)
    {
        hidden.Backward(first, middle, middleGradient, hiddenSize);
        middleGradient.CopyTo(first);
    }
}
