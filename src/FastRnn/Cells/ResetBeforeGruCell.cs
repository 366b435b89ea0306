using System.Numerics.Tensors;
using FastRnn.Kernels;

namespace FastRnn.Cells;

/// <summary>
/// Gated recurrent unit with the reset before the recurrent product, gates r, z, n: r = f(z_r), z = f(z_z), v = r⊙h⟨t−1⟩,
/// n = g(b_n + Wn·x⟨t⟩ + Un·v), h⟨t⟩ = (1 − z)⊙n + z⊙h⟨t−1⟩; f is σ and g tanh, unless ONNX says otherwise. Source: K. Cho et al.,
/// Learning phrase representations using RNN encoder–decoder, EMNLP 2014; ONNX's default.
/// </summary>
/// <param name="gate">f</param>
/// <param name="candidate">g</param>
/// <param name="hiddenSize">H</param>
internal sealed class ResetBeforeGruCell(RowActivation gate, RowActivation candidate, int hiddenSize) : TwoProductCell
{
    /// <summary>[z_r; z_z] and z_n, each where its activation needs it on the way back; r, z and n are in their places then.</summary>
    internal override int KeptSize => KeptOfGates + (candidate.KeepsInput ? hiddenSize : 0);

    private int KeptOfGates => gate.KeepsInput ? 2 * hiddenSize : 0;

    internal override void ForwardFirst(Span<float> first, ReadOnlySpan<float> previous, Span<float> middle, Span<float> kept, int rows)
    {
        if (gate.KeepsInput)
        {
            first.CopyTo(kept);
        }

        gate.Forward(first, first, 2 * hiddenSize);
        for (int row = 0; row < rows; row++)
        {
            TensorPrimitives.Multiply(Reset(first, row), Row(previous, row), Row(middle, row));
        }
    }

    internal override void ForwardSecond(
        ReadOnlySpan<float> first, Span<float> second, ReadOnlySpan<float> previous, Span<float> next, Span<float> kept, int rows)
    {
        if (candidate.KeepsInput)
        {
            second.CopyTo(kept[(rows * KeptOfGates)..]);
        }

        candidate.Forward(second, second, hiddenSize);
        TensorPrimitives.Subtract(previous, second, next);
        for (int row = 0; row < rows; row++)
        {
            TensorPrimitives.MultiplyAdd(Row(next, row), Update(first, row), Row(second, row), Row(next, row));
        }

        Elementwise.Map(default(FlushToZero), next, next);
    }

    internal override void BackwardSecond(
        Span<float> first, Span<float> second, ReadOnlySpan<float> previous, ReadOnlySpan<float> state, Span<float> gradient,
        Span<float> spare, ReadOnlySpan<float> kept, int rows)
    {
        Span<float> deltaN = spare;
        for (int row = 0; row < rows; row++)
        {
            TensorPrimitives.Subtract(1, Update(first, row), Row(deltaN, row));
        }

        TensorPrimitives.Multiply(deltaN, gradient, deltaN);
        candidate.Backward(candidate.KeepsInput ? kept[(rows * KeptOfGates)..] : second, second, deltaN, hiddenSize);

        // The place of n serves for ∂L/∂z until it takes its own gradient.
        TensorPrimitives.Subtract(previous, second, second);
        TensorPrimitives.Multiply(second, gradient, second);
        for (int row = 0; row < rows; row++)
        {
            Span<float> z = Update(first, row), deltaZ = Row(second, row), past = Row(gradient, row);
            TensorPrimitives.Multiply(past, z, past);
            gate.Backward(gate.KeepsInput ? Update(kept, row) : z, z, deltaZ, hiddenSize);
            deltaZ.CopyTo(z);
        }

        deltaN.CopyTo(second);
    }

    internal override void BackwardFirst(
        Span<float> first, ReadOnlySpan<float> middle, Span<float> middleGradient, ReadOnlySpan<float> previous, Span<float> gradient,
        ReadOnlySpan<float> kept, int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            Span<float> reset = Reset(first, row);
            TensorPrimitives.MultiplyAdd(Row(middleGradient, row), reset, Row(gradient, row), Row(gradient, row));
            TensorPrimitives.Multiply(Row(middleGradient, row), Row(previous, row), Row(middleGradient, row));
            gate.Backward(gate.KeepsInput ? Reset(kept, row) : reset, reset, Row(middleGradient, row), hiddenSize);
            Row(middleGradient, row).CopyTo(reset);
        }
    }

    private Span<float> Row(Span<float> rows, int row) => rows.Slice(row * hiddenSize, hiddenSize);

    private ReadOnlySpan<float> Row(ReadOnlySpan<float> rows, int row) => rows.Slice(row * hiddenSize, hiddenSize);

    private Span<float> Reset(Span<float> first, int row) => first.Slice(2 * row * hiddenSize, hiddenSize);

    private ReadOnlySpan<float> Reset(ReadOnlySpan<float> first, int row) => first.Slice(2 * row * hiddenSize, hiddenSize);

    private Span<float> Update(Span<float> first, int row) => first.Slice((2 * row + 1) * hiddenSize, hiddenSize);

    private ReadOnlySpan<float> Update(ReadOnlySpan<float> first, int row) => first.Slice((2 * row + 1) * hiddenSize, hiddenSize);
}
