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
    /// <param name="bias">[I]</param>
    /// <param name="epsilon">ε</param>
    /// <param name="centers">whether the mean is subtracted</param>
    /// <param name="y">[I]; not x</param>
    internal static void Forward(
        ReadOnlySpan<float> x, ReadOnlySpan<float> gain, ReadOnlySpan<float> bias, float epsilon, bool centers, Span<float> y)
    {
        Debug.Assert(
            x.Length == y.Length && gain.Length == y.Length && bias.Length == y.Length, "x, gain, bias and y must be of one length");
        (float mean, float scale) = Moments(x, epsilon, centers);
        if (WideVector.IsAccelerated && x.Length >= WideVector.Count)
        {
            ForwardWhole<WideVector>(x, gain, bias, mean, scale, y);
        }
        else if (x.Length >= PortableVector.Count)
        {
            ForwardWhole<PortableVector>(x, gain, bias, mean, scale, y);
        }
        else
        {
            PortableVector normalized = Normalized(Elementwise.LoadPart(x, 0), PortableVector.Create(mean), PortableVector.Create(scale));
            Elementwise.StorePart(
                PortableVector.MultiplyAdd(normalized, Elementwise.LoadPart(gain, 0), Elementwise.LoadPart(bias, 0)), y);
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
            float center = centers ? TensorPrimitives.Sum<float>(inputGradient) / x.Length : 0;
            float slope = TensorPrimitives.Dot<float>(inputGradient, normalized) / x.Length;
            TensorPrimitives.Subtract(inputGradient, center, inputGradient);
            TensorPrimitives.MultiplyAdd(normalized, -slope, inputGradient, inputGradient);
            TensorPrimitives.Multiply(inputGradient, scale, inputGradient);
        }

        TensorPrimitives.Multiply(normalized, outputGradient, gainGradient);
    }

    /// <summary>At least one whole vector; the last one may overlap the one before it.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void ForwardWhole<TVector>(
        ReadOnlySpan<float> x, ReadOnlySpan<float> gain, ReadOnlySpan<float> bias, float mean, float scale, Span<float> y)
        where TVector : struct, IVector<TVector>
    {
        ref float from = ref MemoryMarshal.GetReference(x);
        ref float gains = ref MemoryMarshal.GetReference(gain);
        ref float biases = ref MemoryMarshal.GetReference(bias);
        ref float to = ref MemoryMarshal.GetReference(y);
        var means = TVector.Create(mean);
        var scales = TVector.Create(scale);
        nint last = x.Length - TVector.Count;
        for (nint i = 0; i < last; i += TVector.Count)
        {
            TVector normalized = Normalized(TVector.Load(ref from, i), means, scales);
            TVector.Store(TVector.MultiplyAdd(normalized, TVector.Load(ref gains, i), TVector.Load(ref biases, i)), ref to, i);
        }

        TVector end = Normalized(TVector.Load(ref from, last), means, scales);
        TVector.Store(TVector.MultiplyAdd(end, TVector.Load(ref gains, last), TVector.Load(ref biases, last)), ref to, last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Normalized<TVector>(TVector x, TVector mean, TVector scale)
        where TVector : struct, IVector<TVector>
        => (x - mean) * scale;

    /// <summary>μ and r.</summary>
    private static (float Mean, float Scale) Moments(ReadOnlySpan<float> x, float epsilon, bool centers)
        => WideVector.IsAccelerated && x.Length >= 2 * WideVector.Count
            ? Moments<WideVector>(x, epsilon, centers)
            : Moments<PortableVector>(x, epsilon, centers);

    private static (float Mean, float Scale) Moments<TVector>(ReadOnlySpan<float> x, float epsilon, bool centers)
        where TVector : struct, IVector<TVector>
    {
        float mean = centers ? Sum<TVector>(x) / x.Length : 0;
        return (mean, 1 / MathF.Sqrt(SumOfSquares<TVector>(x, mean) / x.Length + epsilon));
    }

    /// <summary>Σ x; four sums in flight, since each waits for its last addition.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static float Sum<TVector>(ReadOnlySpan<float> x)
        where TVector : struct, IVector<TVector>
    {
        ref float from = ref MemoryMarshal.GetReference(x);
        nint width = TVector.Count, i = 0;
        TVector a = TVector.Zero, b = TVector.Zero, c = TVector.Zero, d = TVector.Zero;
        for (; i + 4 * width <= x.Length; i += 4 * width)
        {
            a += TVector.Load(ref from, i);
            b += TVector.Load(ref from, i + width);
            c += TVector.Load(ref from, i + 2 * width);
            d += TVector.Load(ref from, i + 3 * width);
        }

        for (; i + width <= x.Length; i += width)
        {
            a += TVector.Load(ref from, i);
        }

        float rest = 0;
        for (; i < x.Length; i++)
        {
            rest += x[(int)i];
        }

        return TVector.Sum((a + b) + (c + d)) + rest;
    }

    /// <summary>Σ (x − mean)²</summary>
    [MethodImpl(JitOptions.Loop)]
    private static float SumOfSquares<TVector>(ReadOnlySpan<float> x, float mean)
        where TVector : struct, IVector<TVector>
    {
        ref float from = ref MemoryMarshal.GetReference(x);
        nint width = TVector.Count, i = 0;
        var means = TVector.Create(mean);
        TVector a = TVector.Zero, b = TVector.Zero, c = TVector.Zero, d = TVector.Zero;
        for (; i + 4 * width <= x.Length; i += 4 * width)
        {
            AddSquare(ref a, TVector.Load(ref from, i) - means);
            AddSquare(ref b, TVector.Load(ref from, i + width) - means);
            AddSquare(ref c, TVector.Load(ref from, i + 2 * width) - means);
            AddSquare(ref d, TVector.Load(ref from, i + 3 * width) - means);
        }

        for (; i + width <= x.Length; i += width)
        {
            AddSquare(ref a, TVector.Load(ref from, i) - means);
        }

        float rest = 0;
        for (; i < x.Length; i++)
        {
            rest += (x[(int)i] - mean) * (x[(int)i] - mean);
        }

        return TVector.Sum((a + b) + (c + d)) + rest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddSquare<TVector>(ref TVector sum, TVector x)
        where TVector : struct, IVector<TVector>
        => TVector.AddProduct(ref sum, x, x);
}
