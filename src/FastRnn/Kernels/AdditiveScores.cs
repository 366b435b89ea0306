using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRnn.Kernels;

/// <summary>
/// Scores v·tanh(k⟨s⟩ + q) of one query q and many keys k⟨s⟩. tanh(k + q) is 1 − 2/(1 + e²ᵏ·e²ᑫ), and the exponentials of the keys are
/// computed once for all queries: what is left of a tanh is a quotient.
/// </summary>
/// <remarks>
/// That tanh is never beyond ±1 and at most 3.0e-7 off, absolutely, where no exponential over- or underflows: for keys and queries up to
/// <see cref="Limit"/>. Their product may: ∞ makes 1 of it, and 0 makes −1, as it should be. Beyond the limit, and with a NaN,
/// <see cref="ByTanh"/> has to be used.
/// </remarks>
internal static class AdditiveScores
{
    /// <summary>e^±86 is a normal number.</summary>
    internal const float Limit = 43;

    /// <summary>Whether all magnitudes are within the limit, and none is NaN.</summary>
    internal static bool IsWithinLimit(ReadOnlySpan<float> values) => Math.Abs(TensorPrimitives.MaxMagnitude(values)) <= Limit;

    /// <summary>y[i] = exp(2·x[i])</summary>
    internal static void Exponentials(ReadOnlySpan<float> x, Span<float> y) => Elementwise.Map(default(DoubledExponential), x, y);

    /// <param name="keys">e²ᵏ [L, A]</param>
    /// <param name="query">e²ᑫ [A]</param>
    /// <param name="weights">v [A]</param>
    /// <param name="scores">receives [L]</param>
    [MethodImpl(JitOptions.Loop)]
    internal static void ByExponentials(
        ReadOnlySpan<float> keys, ReadOnlySpan<float> query, ReadOnlySpan<float> weights, Span<float> scores)
    {
        Debug.Assert(keys.Length == scores.Length * query.Length && weights.Length == query.Length, "keys must be [L, A]");
        int units = query.Length, s = 0;
        ref float first = ref MemoryMarshal.GetReference(keys);
        for (; s + 4 <= scores.Length; s += 4)
        {
            FourRows(ref Unsafe.Add(ref first, (nint)s * units), query, weights, scores.Slice(s, 4));
        }

        for (; s < scores.Length; s++)
        {
            scores[s] = OneRow(ref Unsafe.Add(ref first, (nint)s * units), query, weights);
        }
    }

    /// <param name="keys">k [L, A]</param>
    /// <param name="query">q [A]</param>
    /// <param name="weights">v [A]</param>
    /// <param name="scratch">[A]</param>
    /// <param name="scores">receives [L]</param>
    internal static void ByTanh(
        ReadOnlySpan<float> keys, ReadOnlySpan<float> query, ReadOnlySpan<float> weights, Span<float> scratch, Span<float> scores)
    {
        int units = query.Length;
        for (int s = 0; s < scores.Length; s++)
        {
            Tanh(keys.Slice(s * units, units), query, scratch);
            scores[s] = TensorPrimitives.Dot(scratch, weights);
        }
    }

    /// <summary>y = tanh(k + q)</summary>
    internal static void Tanh(ReadOnlySpan<float> key, ReadOnlySpan<float> query, Span<float> y)
        => Elementwise.Zip(default(TanhOfSum), key, query, y);

    /// <summary>The bits are those of <see cref="OneRow"/>.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void FourRows(ref float row, ReadOnlySpan<float> query, ReadOnlySpan<float> weights, Span<float> scores)
    {
        int units = query.Length, width = PortableVector.Count, j = 0;
        ref float q = ref MemoryMarshal.GetReference(query);
        ref float v = ref MemoryMarshal.GetReference(weights);
        ref float row1 = ref Unsafe.Add(ref row, units);
        ref float row2 = ref Unsafe.Add(ref row1, units);
        ref float row3 = ref Unsafe.Add(ref row2, units);
        PortableVector a = default, b = default, c = default, d = default;
        for (; j + width <= units; j += width)
        {
            PortableVector e = PortableVector.Load(ref q, j), weight = PortableVector.Load(ref v, j);
            PortableVector.AddProduct(ref a, weight, TanhOf(PortableVector.Load(ref row, j), e));
            PortableVector.AddProduct(ref b, weight, TanhOf(PortableVector.Load(ref row1, j), e));
            PortableVector.AddProduct(ref c, weight, TanhOf(PortableVector.Load(ref row2, j), e));
            PortableVector.AddProduct(ref d, weight, TanhOf(PortableVector.Load(ref row3, j), e));
        }

        scores[0] = PortableVector.Sum(a) + Rest(ref row, query, weights, j);
        scores[1] = PortableVector.Sum(b) + Rest(ref row1, query, weights, j);
        scores[2] = PortableVector.Sum(c) + Rest(ref row2, query, weights, j);
        scores[3] = PortableVector.Sum(d) + Rest(ref row3, query, weights, j);
    }

    [MethodImpl(JitOptions.Loop)]
    private static float OneRow(ref float row, ReadOnlySpan<float> query, ReadOnlySpan<float> weights)
    {
        int units = query.Length, width = PortableVector.Count, j = 0;
        ref float q = ref MemoryMarshal.GetReference(query);
        ref float v = ref MemoryMarshal.GetReference(weights);
        PortableVector sum = default;
        for (; j + width <= units; j += width)
        {
            PortableVector tanh = TanhOf(PortableVector.Load(ref row, j), PortableVector.Load(ref q, j));
            PortableVector.AddProduct(ref sum, PortableVector.Load(ref v, j), tanh);
        }

        return PortableVector.Sum(sum) + Rest(ref row, query, weights, j);
    }

    /// <summary>The units from one on: fewer than a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Rest(ref float row, ReadOnlySpan<float> query, ReadOnlySpan<float> weights, int start)
    {
        float sum = 0;
        for (int j = start; j < query.Length; j++)
        {
            sum += weights[j] * (1 - 2 / (1 + Unsafe.Add(ref row, j) * query[j]));
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static PortableVector TanhOf(PortableVector key, PortableVector query)
    {
        PortableVector quotient = PortableVector.Create(2) / PortableVector.MultiplyAdd(key, query, PortableVector.One);
        return PortableVector.One - quotient;
    }

    private readonly struct DoubledExponential : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x)
            where TVector : struct, IVector<TVector>
            => VectorMath.Exp(x + x);
    }

    private readonly struct TanhOfSum : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b)
            where TVector : struct, IVector<TVector>
            => VectorMath.Tanh(a + b);
    }
}
