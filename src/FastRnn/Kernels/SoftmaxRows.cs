using System.Numerics.Tensors;

namespace FastRnn.Kernels;

/// <summary>yᵢ = exp(xᵢ) / Σⱼ exp(xⱼ) over a row; ∂L/∂xᵢ = yᵢ·(∂L/∂yᵢ − Σⱼ yⱼ·∂L/∂yⱼ).</summary>
internal sealed class SoftmaxRows : RowActivation
{
    internal override bool KeepsInput => false;

    internal override void Forward(ReadOnlySpan<float> x, Span<float> y, int width)
    {
        for (int start = 0; start < x.Length; start += width)
        {
            Softmax.Normalize(x.Slice(start, width), y.Slice(start, width));
        }
    }

    internal override void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> gradient, int width)
    {
        for (int start = 0; start < y.Length; start += width)
        {
            ReadOnlySpan<float> output = y.Slice(start, width);
            Span<float> row = gradient.Slice(start, width);
            TensorPrimitives.Subtract(row, TensorPrimitives.Dot(output, row), row);
            TensorPrimitives.Multiply(row, output, row);
        }
    }
}
