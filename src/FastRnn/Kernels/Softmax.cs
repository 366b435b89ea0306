using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRnn.Kernels;

/// <summary>The softmax of a row of logits and its log-sum-exp, shifted by the row's maximum so that nothing overflows.</summary>
internal static class Softmax
{
    /// <summary>
    /// y[i] = exp(x[i] − m) / s with m = max(x) and s = Σ exp(x[j] − m). A NaN or +∞ among the logits, or nothing but −∞, makes all
    /// of y NaN. y may be x.
    /// </summary>
    /// <param name="x">the logits, at least one</param>
    /// <param name="y">as long as x</param>
    /// <param name="max">m</param>
    /// <returns>ln s, from 0 to the logarithm of the length: ln Σ exp(x[j]) is m + ln s, but rounds to the digits of m.</returns>
    internal static float Normalize(ReadOnlySpan<float> x, Span<float> y, out float max)
    {
        Debug.Assert(x.Length == y.Length && x.Length > 0, "x and y must be of one length");
        max = TensorPrimitives.Max(x);
        float sum = ExpShifted(x, max, y);
        TensorPrimitives.Multiply(y, 1 / sum, y);
        return MathF.Log(sum);
    }

    /// <summary>Returns ln Σ exp(x[j]).</summary>
    /// <inheritdoc cref="Normalize(ReadOnlySpan{float}, Span{float}, out float)"/>
    internal static float Normalize(ReadOnlySpan<float> x, Span<float> y) => Normalize(x, y, out float max) + max;

    /// <summary>y[i] = x[i] − ln Σ exp(x[j]). A NaN or +∞ among the logits, or nothing but −∞, makes all of y NaN. y may be x.
    /// </summary>
    internal static void NormalizeLog(ReadOnlySpan<float> x, Span<float> y)
    {
        Debug.Assert(x.Length == y.Length && x.Length > 0, "x and y must be of one length");
        float max = TensorPrimitives.Max(x);
        float rest = MathF.Log(SumOfExpShifted(x, max));

        // The maximum is taken off first: added to the logarithm, it would round away what is small beside it.
        TensorPrimitives.Subtract(x, max, y);
        TensorPrimitives.Subtract(y, rest, y);
    }

    /// <summary>Σ exp(x[i] − shift), in an order that depends on the length alone.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static float SumOfExpShifted(ReadOnlySpan<float> x, float shift)
    {
        ref float from = ref MemoryMarshal.GetReference(x);
        int width = PortableVector.Count;
        var shifts = PortableVector.Create(shift);
        PortableVector sums = default;
        int i = 0;
        for (; i + width <= x.Length; i += width)
        {
            sums += VectorMath.Exp(PortableVector.Load(ref from, i) - shifts);
        }

        if (i < x.Length)
        {
            sums += VectorMath.Exp(Elementwise.LoadPart(x[i..], float.NegativeInfinity) - shifts);
        }

        return PortableVector.Sum(sums);
    }

    /// <summary>y[i] = exp(x[i] − shift); returns their sum, in an order that depends on the length alone.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static float ExpShifted(ReadOnlySpan<float> x, float shift, Span<float> y)
    {
        ref float from = ref MemoryMarshal.GetReference(x);
        ref float to = ref MemoryMarshal.GetReference(y);
        int width = PortableVector.Count;
        var shifts = PortableVector.Create(shift);
        PortableVector sums = default;
        int i = 0;
        for (; i + width <= x.Length; i += width)
        {
            PortableVector e = VectorMath.Exp(PortableVector.Load(ref from, i) - shifts);
            PortableVector.Store(e, ref to, i);
            sums += e;
        }

        if (i < x.Length)
        {
            PortableVector e = VectorMath.Exp(Elementwise.LoadPart(x[i..], float.NegativeInfinity) - shifts);
            Elementwise.StorePart(e, y[i..]);
            sums += e;
        }

        return PortableVector.Sum(sums);
    }
}
