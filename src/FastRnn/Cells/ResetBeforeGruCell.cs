using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Cells;

/// <summary>
/// Gated recurrent unit with the reset before the recurrent product, gates r, z, n: r = σ(z_r), z = σ(z_z), v = r⊙h⟨t−1⟩,
/// n = tanh(b_n + Wn·x⟨t⟩ + Un·v), h⟨t⟩ = (1 − z)⊙n + z⊙h⟨t−1⟩. Source: K. Cho et al., Learning phrase representations using RNN
/// encoder–decoder, EMNLP 2014; ONNX's default.
/// </summary>
/// <param name="hiddenSize">H</param>
internal sealed class ResetBeforeGruCell(int hiddenSize) : TwoStageCell
{
    internal override void ForwardFirst(Span<float> first, ReadOnlySpan<float> previous, Span<float> middle, int rows)
    {
        Elementwise.Map<SigmoidActivation>(first, first);
        for (int row = 0; row < rows; row++)
        {
            TensorPrimitives.Multiply(Reset(first, row), Row(previous, row), Row(middle, row));
        }
    }

    internal override void ForwardSecond(
        ReadOnlySpan<float> first, Span<float> second, ReadOnlySpan<float> previous, Span<float> next, int rows)
    {
        Elementwise.Map<TanhActivation>(second, second);
        TensorPrimitives.Subtract(previous, second, next);
        for (int row = 0; row < rows; row++)
        {
            TensorPrimitives.MultiplyAdd(Row(next, row), Update(first, row), Row(second, row), Row(next, row));
        }

        Elementwise.Map<TinyState>(next, next);
    }

    [MethodImpl(JitOptions.Loop)]
    internal override void BackwardSecond(
        Span<float> first, Span<float> second, ReadOnlySpan<float> previous, ReadOnlySpan<float> state, Span<float> gradient, int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            Span<float> n = Row(second, row), update = Update(first, row), past = Row(gradient, row);
            for (int h = 0; h < hiddenSize; h++)
            {
                float z = update[h], candidate = n[h], g = past[h];
                n[h] = g * (1 - z) * (1 - candidate * candidate);
                update[h] = g * (previous[row * hiddenSize + h] - candidate) * z * (1 - z);
                past[h] = g * z;
            }
        }
    }

    internal override void BackwardFirst(
        Span<float> first, ReadOnlySpan<float> middle, Span<float> middleGradient, ReadOnlySpan<float> previous, Span<float> gradient,
        int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            Span<float> reset = Reset(first, row);
            TensorPrimitives.MultiplyAdd(Row(middleGradient, row), reset, Row(gradient, row), Row(gradient, row));
            TensorPrimitives.Multiply(Row(middleGradient, row), Row(previous, row), Row(middleGradient, row));
            Elementwise.Zip<SigmoidActivation>(reset, Row(middleGradient, row), reset);
        }
    }

    private Span<float> Row(Span<float> rows, int row) => rows.Slice(row * hiddenSize, hiddenSize);

    private ReadOnlySpan<float> Row(ReadOnlySpan<float> rows, int row) => rows.Slice(row * hiddenSize, hiddenSize);

    private Span<float> Reset(Span<float> first, int row) => first.Slice(2 * row * hiddenSize, hiddenSize);

    private Span<float> Update(Span<float> first, int row) => first.Slice((2 * row + 1) * hiddenSize, hiddenSize);

    private ReadOnlySpan<float> Update(ReadOnlySpan<float> first, int row) => first.Slice((2 * row + 1) * hiddenSize, hiddenSize);
}
