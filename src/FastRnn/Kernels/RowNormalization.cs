using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRnn.Kernels;

/// <summary>
/// Rows normalized over their columns: x̂ = (x − μ)·r with r = 1/√(mean of (x − μ)² + ε), where μ is the mean of x, or 0 for root mean
/// squares. A row's sums are taken in an order that depends on its width alone. A NaN or ∞ in a row makes all of it NaN.
/// </summary>
internal static class RowNormalization
{
    /// <summary>y = gain ⊙ x̂ + bias of one row.</summary>
    /// <param name="x">[I]</param>
    /// <param name="gain">[I]</param>
    /// <param name="bias">[I]; empty for none</param>
    /// <param name="epsilon">ε</param>
    /// <param name="centers">whether the mean is subtracted</param>
    /// <param name="y">[I]</param>
    [MethodImpl(JitOptions.Loop)]
    internal static void Forward(
        ReadOnlySpan<float> x, ReadOnlySpan<float> gain, ReadOnlySpan<float> bias, float epsilon, bool centers, Span<float> y)
    {
        Debug.Assert(x.Length == y.Length && gain.Length == y.Length, "x, gain and y must be of one length");
        (float mean, float scale) = Moments(x, epsilon, centers);
        ref float from = ref MemoryMarshal.GetReference(x);
        ref float gains = ref MemoryMarshal.GetReference(gain);
        ref float biases = ref MemoryMarshal.GetReference(bias);
        ref float to = ref MemoryMarshal.GetReference(y);
        var means = PortableVector.Create(mean);
        var scales = PortableVector.Create(scale);
        int width = PortableVector.Count, i = 0;
        if (bias.IsEmpty)
        {
            for (; i + width <= x.Length; i += width)
            {
                PortableVector normalized = (PortableVector.Load(ref from, i) - means) * scales;
                PortableVector.Store(normalized * PortableVector.Load(ref gains, i), ref to, i);
            }
        }
        else
        {
            for (; i + width <= x.Length; i += width)
            {
                PortableVector normalized = (PortableVector.Load(ref from, i) - means) * scales;
                PortableVector y0 = PortableVector.MultiplyAdd(
                    normalized, PortableVector.Load(ref gains, i), PortableVector.Load(ref biases, i));
                PortableVector.Store(y0, ref to, i);
            }
        }

        if (i < x.Length)
        {
            PortableVector normalized = (Elementwise.LoadPart(x[i..], 0) - means) * scales;
            PortableVector gained = Elementwise.LoadPart(gain[i..], 0);
            Elementwise.StorePart(
                bias.IsEmpty ? normalized * gained : PortableVector.MultiplyAdd(normalized, gained, Elementwise.LoadPart(bias[i..], 0)),
                y[i..]);
        }
    }

    /// <summary>∂L/∂x = r·(h − mean of h − x̂·mean of (h⊙x̂)) with h = gain ⊙ ∂L/∂y; without the first mean for root mean squares.
    /// </summary>
    /// <param name="x">[I]</param>
    /// <param name="gain">[I]</param>
    /// <param name="epsilon">ε</param>
    /// <param name="centers">as in <see cref="Forward"/></param>
    /// <param name="outputGradient">∂L/∂y [I]</param>
    /// <param name="gainGradient">receives ∂L/∂y ⊙ x̂, the row's part of ∂L/∂gain</param>
    /// <param name="inputGradient">receives ∂L/∂x; empty when not wanted</param>
    internal static void Backward(
        ReadOnlySpan<float> x, ReadOnlySpan<float> gain, float epsilon, bool centers, ReadOnlySpan<float> outputGradient,
        Span<float> gainGradient, Span<float> inputGradient)
    {
        (float mean, float scale) = Moments(x, epsilon, centers);
        Span<float> normalized = gainGradient;
        TensorPrimitives.Subtract(x, mean, normalized);
        TensorPrimitives.Multiply(normalized, scale, normalized);
        if (!inputGradient.IsEmpty)
        {
            TensorPrimitives.Multiply(gain, outputGradient, inputGradient);
            float center = centers ? Sum(inputGradient) / x.Length : 0;
            float slope = TensorPrimitives.Dot(inputGradient, normalized) / x.Length;
            TensorPrimitives.Subtract(inputGradient, center, inputGradient);
            TensorPrimitives.MultiplyAdd(normalized, -slope, inputGradient, inputGradient);
            TensorPrimitives.Multiply(inputGradient, scale, inputGradient);
        }

        TensorPrimitives.Multiply(normalized, outputGradient, gainGradient);
    }

    /// <summary>μ and r.</summary>
    private static (float Mean, float Scale) Moments(ReadOnlySpan<float> x, float epsilon, bool centers)
    {
        float mean = centers ? Sum(x) / x.Length : 0;
        return (mean, 1 / MathF.Sqrt(SumOfSquares(x, mean) / x.Length + epsilon));
    }

    /// <summary>Σ x; four sums in flight, since each waits for its last addition.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static float Sum(ReadOnlySpan<float> x)
    {
        ref float from = ref MemoryMarshal.GetReference(x);
        int width = PortableVector.Count, i = 0;
        PortableVector a = default, b = default, c = default, d = default;
        for (; i + 4 * width <= x.Length; i += 4 * width)
        {
            a += PortableVector.Load(ref from, i);
            b += PortableVector.Load(ref from, i + width);
            c += PortableVector.Load(ref from, i + 2 * width);
            d += PortableVector.Load(ref from, i + 3 * width);
        }

        for (; i + width <= x.Length; i += width)
        {
            a += PortableVector.Load(ref from, i);
        }

        if (i < x.Length)
        {
            b += Elementwise.LoadPart(x[i..], 0);
        }

        return PortableVector.Sum((a + b) + (c + d));
    }

    /// <summary>Σ (x − mean)²</summary>
    [MethodImpl(JitOptions.Loop)]
    private static float SumOfSquares(ReadOnlySpan<float> x, float mean)
    {
        ref float from = ref MemoryMarshal.GetReference(x);
        int width = PortableVector.Count, i = 0;
        var means = PortableVector.Create(mean);
        PortableVector a = default, b = default, c = default, d = default;
        for (; i + 4 * width <= x.Length; i += 4 * width)
        {
            AddSquare(ref a, PortableVector.Load(ref from, i) - means);
            AddSquare(ref b, PortableVector.Load(ref from, i + width) - means);
            AddSquare(ref c, PortableVector.Load(ref from, i + 2 * width) - means);
            AddSquare(ref d, PortableVector.Load(ref from, i + 3 * width) - means);
        }

        for (; i + width <= x.Length; i += width)
        {
            AddSquare(ref a, PortableVector.Load(ref from, i) - means);
        }

        if (i < x.Length)
        {
            AddSquare(ref b, Elementwise.LoadPart(x[i..], mean) - means);
        }

        return PortableVector.Sum((a + b) + (c + d));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddSquare(ref PortableVector sum, PortableVector x) => PortableVector.AddProduct(ref sum, x, x);
}
