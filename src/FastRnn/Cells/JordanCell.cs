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
    internal override void ForwardFirst(Span<float> first, ReadOnlySpan<float> previous, Span<float> middle, int rows)
        => hidden.Forward(first, middle, hiddenSize);

    internal override void ForwardSecond(
        ReadOnlySpan<float> first, Span<float> second, ReadOnlySpan<float> previous, Span<float> next, int rows)
    {
        output.Forward(second, next, outputSize);
        Elementwise.Map<FlushToZero>(next, next);
    }

    internal override void BackwardSecond(
        Span<float> first, Span<float> second, ReadOnlySpan<float> previous, ReadOnlySpan<float> state, Span<float> gradient,
        Span<float> spare, int rows)
    {
        gradient.CopyTo(second);
        output.Backward(state, second, outputSize);
        gradient.Clear();
    }

    internal override void BackwardFirst(
        Span<float> first, ReadOnlySpan<float> middle, Span<float> middleGradient, ReadOnlySpan<float> previous, Span<float> gradient,
        int rows)
    {
        middleGradient.CopyTo(first);
        hidden.Backward(middle, first, hiddenSize);
    }
}
