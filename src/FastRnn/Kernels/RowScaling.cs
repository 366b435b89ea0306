using System.Numerics.Tensors;

namespace FastRnn.Kernels;

/// <summary>Rows times a vector of a value for each column.</summary>
internal static class RowScaling
{
    /// <summary>y[r, i] = x[r, i]·scale[i] + shift[i]</summary>
    internal static void MultiplyAdd(ReadOnlySpan<float> x, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift, Span<float> y)
    {
        int width = scale.Length;
        for (int start = 0; start < x.Length; start += width)
        {
            TensorPrimitives.MultiplyAdd(x.Slice(start, width), scale, shift, y.Slice(start, width));
        }
    }

    /// <summary>y[r, i] = x[r, i]·scale[i]; y may be x.</summary>
    internal static void Multiply(ReadOnlySpan<float> x, ReadOnlySpan<float> scale, Span<float> y)
    {
        int width = scale.Length;
        for (int start = 0; start < x.Length; start += width)
        {
            TensorPrimitives.Multiply(x.Slice(start, width), scale, y.Slice(start, width));
        }
    }
}
