using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>
/// Transcendental functions on vectors. An element's bits depend on its value alone. In units of the result's last place:
/// <list type="table">
/// <listheader>
/// <term>function</term><description>worst error over all floats, with and without fused multiply-add</description>
/// </listheader>
/// <item><term><see cref="Tanh"/></term><description>2.6, 8.94e-8 absolute</description></item>
/// <item><term><see cref="Exp"/></term><description>1.1; denormal results 0.75</description></item>
/// <item><term><see cref="Sigmoid"/></term><description>2.5, 8.94e-8 absolute; results below 1.18e-38 may be 0</description></item>
/// </list>
/// The coefficients are minimax fits in float; <c>fit_vector_math.py</c> beside the tests makes them.
/// </summary>
public static class VectorMath
{
    /// <summary>1.5·2²³: adding it rounds to an integer, which then stands in the low bits of the sum.</summary>
    private const float RoundingShift = 12582912f;

    private const int MantissaBits = 23;
    private const int ExponentBias = 127;
    private const int SignBit = int.MinValue;

    /// <summary>
    /// tanh(x), never beyond ±1, odd to the bit; NaN for NaN, ±1 for ±∞; x itself where |x| is below 2.9e-8.
    /// </summary>
    /// <remarks>
    /// With t = |x| and h = (e²ᵗ − 1) / 2: tanh t = h / (h + 1), which can't exceed 1 since h ≤ h + 1 survives rounding. For
    /// e²ᵗ = 2ᵏ·e²ʳ the sum h = 2ᵏ·(e²ʳ − 1)/2 + (2ᵏ − 1)/2 cancels nowhere, hence the good relative accuracy near 0.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Tanh(Vector<float> x)
    {
        // From 9.02 on the result rounds to 1.
        Vector<float> t = AtMost(10f, Vector.Abs(x));
        Vector<float> shifted = MultiplyAdd(t, 2.88539f, new Vector<float>(RoundingShift));
        Vector<float> k = shifted - new Vector<float>(RoundingShift);
        Vector<float> power = ToPower(shifted, Vector<float>.One);
        Vector<float> e = HalfOfExpMinusOne(MultiplyAdd(k, -0.3465736f, t));
        Vector<float> h = Vector.MultiplyAddEstimate(power, e, MultiplyAdd(power, 0.5f, new Vector<float>(-0.5f)));
        Vector<float> y = h / (h + Vector<float>.One);
        Vector<int> sign = Vector.AsVectorInt32(x) & new Vector<int>(SignBit);
        return Vector.AsVectorSingle(Vector.AsVectorInt32(y) | sign);
    }

    /// <summary>
    /// eˣ; +∞ from 88.7228394 on, gradually denormal from −87.34 on, 0 up to −104; NaN for NaN.
    /// </summary>
    /// <remarks>
    /// eˣ = 2ᵏ·eʳ with k the integer nearest to x / ln 2, subtracted in two parts so that r keeps its digits; 2ᵏ in two factors, since
    /// k reaches beyond a float's exponent at both ends.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Exp(Vector<float> x)
    {
        x = Vector.ConditionalSelect(Vector.GreaterThan(x, new Vector<float>(89f)), new Vector<float>(89f), x);
        x = Vector.ConditionalSelect(Vector.LessThan(x, new Vector<float>(-104f)), new Vector<float>(-104f), x);
        Vector<float> shifted = MultiplyAdd(x, 1.442695f, new Vector<float>(RoundingShift));
        Vector<float> k = shifted - new Vector<float>(RoundingShift);
        Vector<float> r = MultiplyAdd(k, -0.69314575f, x);
        r = MultiplyAdd(k, -0.0000014286068f, r);

        Vector<float> p = Vector<float>.One + ExpMinusOne(r);
        Vector<int> exponent = Vector.AsVectorInt32(shifted) - Vector.AsVectorInt32(new Vector<float>(RoundingShift));
        Vector<int> half = Vector.ShiftRightArithmetic(exponent, 1);
        return p * Power(half) * Power(exponent - half);
    }

    /// <summary>1 / (1 + e⁻ˣ), within [0, 1]; NaN for NaN, 0 and 1 for −∞ and +∞.</summary>
    /// <remarks>
    /// 1 / (1 + 2·E) with E = e⁻ˣ / 2 = 2ᵏ⁻¹·eʳ, which is a float up to where the result is less than the least normal one; beyond, 2·E
    /// is ∞ and the result 0. So no exponent needs care, and fewer operations stand one after the other than with <see cref="Exp"/>.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Sigmoid(Vector<float> x)
    {
        // From 17.4 on the result rounds to 1.
        Vector<float> t = Vector.MaxNative(new Vector<float>(-86f), AtMost(89f, -x));
        Vector<float> shifted = MultiplyAdd(t, 1.442695f, new Vector<float>(RoundingShift));
        Vector<float> k = shifted - new Vector<float>(RoundingShift);

        // k·ln 2 in two parts, since k is large where the digits of a small result count.
        Vector<float> r = MultiplyAdd(k, -0.69314575f, t);
        r = MultiplyAdd(k, -0.0000014286068f, r);
        Vector<float> power = ToPower(shifted, new Vector<float>(0.5f));
        Vector<float> e = Vector.MultiplyAddEstimate(power, ExpMinusOne(r), power);
        return Vector<float>.One / MultiplyAdd(e, 2f, Vector<float>.One);
    }

    /// <summary>eʳ − 1 = r + r²·(c₂ + c₃·r + r²·(c₄ + c₅·r + r²·c₆)) on |r| ≤ ln 2 / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> ExpMinusOne(Vector<float> r)
    {
        Vector<float> square = r * r;
        Vector<float> low = MultiplyAdd(r, 0.16666517f, new Vector<float>(0.49999994f));
        Vector<float> high = MultiplyAdd(r, 0.00836914f, new Vector<float>(0.041668106f));
        high = MultiplyAdd(square, 0.0013836748f, high);
        return Vector.MultiplyAddEstimate(square, Vector.MultiplyAddEstimate(square, high, low), r);
    }

    /// <summary>(e²ʳ − 1) / 2 = r + r²·(c₂ + c₃·r + r²·(c₄ + c₅·r + r²·c₆)) on |r| ≤ ln 2 / 4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> HalfOfExpMinusOne(Vector<float> r)
    {
        Vector<float> square = r * r;
        Vector<float> low = MultiplyAdd(r, 0.6666608f, new Vector<float>(1.0000001f));
        Vector<float> high = MultiplyAdd(r, 0.1339024f, new Vector<float>(0.33332545f));
        high = MultiplyAdd(square, 0.04466311f, high);
        return Vector.MultiplyAddEstimate(square, Vector.MultiplyAddEstimate(square, high, low), r);
    }

    /// <summary>The lesser of the two; NaN for NaN, since the platform's minimum, as its maximum, returns the second operand for a NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> AtMost(float most, Vector<float> x) => Vector.MinNative(new Vector<float>(most), x);

    /// <summary>2ᵏ·factor from k + <see cref="RoundingShift"/>, for a power of two as factor: the shift's own bits leave
    /// at the top.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> ToPower(Vector<float> shifted, Vector<float> factor)
        => Vector.AsVectorSingle(Vector.ShiftLeft(Vector.AsVectorInt32(shifted), MantissaBits) + Vector.AsVectorInt32(factor));

    /// <summary>2ᵏ for −126 ≤ k ≤ 127.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Power(Vector<int> k)
        => Vector.AsVectorSingle(Vector.ShiftLeft(k + new Vector<int>(ExponentBias), MantissaBits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> MultiplyAdd(Vector<float> a, float b, Vector<float> c)
        => Vector.MultiplyAddEstimate(a, new Vector<float>(b), c);
}
