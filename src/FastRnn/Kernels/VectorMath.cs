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
/// <item><term><see cref="Softplus"/></term><description>3.8; results below 1.18e-38 may be 0</description></item>
/// <item><term><see cref="NegativeExpM1"/></term><description>1.1</description></item>
/// <item><term><see cref="NormalTail"/></term><description>6, of that 4 of q; results below 1.18e-38 may be 0</description></item>
/// </list>
/// The coefficients are minimax fits in float; <c>fit_vector_math.py</c> and <c>fit_activations.py</c> beside the tests make them.
/// </summary>
public static class VectorMath
{
    /// <summary>1.5·2²³: adding it rounds to an integer, which then stands in the low bits of the sum.</summary>
    private const float RoundingShift = 12582912f;

    private const int MantissaBits = 23;

    /// <summary>
    /// tanh(x), never beyond ±1, odd to the bit; NaN for NaN, ±1 for ±∞; x itself where |x| is below 2.9e-8.
    /// </summary>
    /// <remarks>
    /// With t = |x| and h = (e²ᵗ − 1) / 2: tanh t = h / (h + 1), which can't exceed 1 since h ≤ h + 1 survives rounding. For
    /// e²ᵗ = 2ᵏ·e²ʳ the sum h = 2ᵏ·(e²ʳ − 1)/2 + (2ᵏ − 1)/2 cancels nowhere, hence the good relative accuracy near 0.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tanh<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
    {
        // From 9.02 on the result rounds to 1.
        TVector t = AtMost(10f, TVector.Abs(x));
        TVector shifted = MultiplyAdd(t, 2.88539f, TVector.Create(RoundingShift));
        TVector k = shifted - TVector.Create(RoundingShift);
        TVector power = TimesPower(shifted, TVector.One);
        TVector e = HalfOfExpMinusOne(MultiplyAdd(k, -0.3465736f, t));
        TVector h = TVector.MultiplyAdd(power, e, MultiplyAdd(power, 0.5f, TVector.Create(-0.5f)));
        TVector y = h / (h + TVector.One);
        return TVector.WithSign(y, x);
    }

    /// <summary>
    /// eˣ; +∞ from 88.7228394 on, gradually denormal from −87.34 on, 0 up to −104; NaN for NaN.
    /// </summary>
    /// <remarks>
    /// eˣ = 2ᵏ·eʳ with k the integer nearest to x / ln 2, subtracted in two parts so that r keeps its digits; 2ᵏ in two factors, since
    /// k reaches beyond a float's exponent at both ends.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
    {
        x = AtLeast(-104f, AtMost(89f, x));
        TVector shifted = MultiplyAdd(x, 1.442695f, TVector.Create(RoundingShift));
        TVector k = shifted - TVector.Create(RoundingShift);
        TVector r = MultiplyAdd(k, -0.69314575f, x);
        r = MultiplyAdd(k, -0.0000014286068f, r);

        TVector p = TVector.One + ExpMinusOne(r);
        TVector exponent = TVector.SubtractShifted(shifted, TVector.Create(RoundingShift), 0);
        TVector half = TVector.SubtractShifted(shifted, TVector.Create(RoundingShift), 1);
        TVector otherHalf = TVector.SubtractShifted(exponent, half, 0);
        return p * TimesPower(half, TVector.One) * TimesPower(otherHalf, TVector.One);
    }

    /// <summary>1 / (1 + e⁻ˣ), within [0, 1]; NaN for NaN, 0 and 1 for −∞ and +∞.</summary>
    /// <remarks>
    /// 1 / (1 + 2·E) with E = e⁻ˣ / 2 = 2ᵏ⁻¹·eʳ, which is a float up to where the result is less than the least normal one; beyond, 2·E
    /// is ∞ and the result 0. So no exponent needs care, and fewer operations stand one after the other than with <see cref="Exp"/>.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sigmoid<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
    {
        // From 17.4 on the result rounds to 1.
        TVector t = AtLeast(-86f, AtMost(89f, -x));
        TVector shifted = MultiplyAdd(t, 1.442695f, TVector.Create(RoundingShift));
        TVector k = shifted - TVector.Create(RoundingShift);

        // k·ln 2 in two parts, since k is large where the digits of a small result count.
        TVector r = MultiplyAdd(k, -0.69314575f, t);
        r = MultiplyAdd(k, -0.0000014286068f, r);
        TVector power = TimesPower(shifted, TVector.Create(0.5f));
        TVector e = TVector.MultiplyAdd(power, ExpMinusOne(r), power);
        return TVector.One / MultiplyAdd(e, 2f, TVector.One);
    }

    /// <summary>ln(1 + eˣ); 0 for −∞, ∞ for ∞, NaN for NaN.</summary>
    /// <remarks>
    /// max(x, 0) + ln(1 + u) with u = e^−|x|, and ln(1 + u) = 2·artanh(s) with s = u / (2 + u), at most 1/3, by a polynomial of s².
    /// Nothing cancels.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Softplus<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
    {
        TVector u = ExpWithin(AtLeast(-88, -TVector.Abs(x)));
        TVector s = u / (u + TVector.Create(2));
        TVector square = s * s;
        TVector p = MultiplyAdd(square, 0.28006753f, TVector.Create(0.28003028f));
        p = TVector.MultiplyAdd(p, square, TVector.Create(0.40021437f));
        p = TVector.MultiplyAdd(p, square, TVector.Create(0.6666642f));
        p = TVector.MultiplyAdd(p, square, TVector.Create(2));
        return TVector.MultiplyAdd(s, p, TVector.WherePositive(x, x));
    }

    /// <summary>eˣ for x from −88 to 88, 0 where that is below 1.18e-38; NaN for NaN.</summary>
    /// <remarks>As <see cref="Exp"/>, but 2ᵏ is one factor: of k = −127 the bits are those of 0.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector ExpWithin<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
    {
        TVector shifted = MultiplyAdd(x, 1.442695f, TVector.Create(RoundingShift));
        TVector k = shifted - TVector.Create(RoundingShift);
        TVector r = MultiplyAdd(k, -0.69314575f, x);
        r = MultiplyAdd(k, -0.0000014286068f, r);
        TVector power = TimesPower(shifted, TVector.One);
        return TVector.MultiplyAdd(power, ExpMinusOne(r), power);
    }

    /// <summary>eˣ − 1 where x is below 0, else 0; −1 for −∞, NaN for NaN, x itself where it is tiny.</summary>
    /// <remarks>2ᵏ·(eʳ − 1) + (2ᵏ − 1) with k ≤ 0, which cancels nowhere.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector NegativeExpM1<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
    {
        // From −17.4 down the result rounds to −1.
        x = AtLeast(-18f, AtMost(0f, x));
        TVector shifted = MultiplyAdd(x, 1.442695f, TVector.Create(RoundingShift));
        TVector k = shifted - TVector.Create(RoundingShift);
        TVector r = MultiplyAdd(k, -0.69314575f, x);
        r = MultiplyAdd(k, -0.0000014286068f, r);
        TVector power = TimesPower(shifted, TVector.One);
        return TVector.MultiplyAdd(power, ExpMinusOne(r), power - TVector.One);
    }

    /// <summary>Φ(−|x|), the part of a standard normal law that lies beyond |x| at one side: 1/2 for 0, 0 for ±∞, NaN for NaN.</summary>
    /// <remarks>
    /// e^(−t²/2)·q(t) with q(t) = w·p((t − 3.5)·w), w = 1 / (t + 3.5), p a polynomial of degree 9. The digits of t² that a float can't hold
    /// would be digits of the result: t = a + b, where a² is a float, and t² = a² + b·(t + a).
    /// </remarks>
    /// <param name="x">any</param>
    /// <param name="t">|x|, or 13.25 where it is more, for which the result is 0</param>
    /// <param name="e">e^(−t²/2)</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector NormalTail<TVector>(TVector x, out TVector t, out TVector e)
        where TVector : struct, IVector<TVector>
    {
        // Adding 1.5·2¹⁵ rounds to a multiple of 2⁻⁸.
        t = AtMost(13.25f, TVector.Abs(x));
        TVector a = t + TVector.Create(49152f) - TVector.Create(49152f);
        TVector most = a * a * TVector.Create(-0.5f);
        TVector rest = (t - a) * (t + a) * TVector.Create(-0.5f);
        TVector shifted = MultiplyAdd(most + rest, 1.442695f, TVector.Create(RoundingShift));
        TVector k = shifted - TVector.Create(RoundingShift);
        TVector r = MultiplyAdd(k, -0.69314575f, most);
        r = MultiplyAdd(k, -0.0000014286068f, r) + rest;
        TVector power = TimesPower(shifted, TVector.One);
        e = TVector.MultiplyAdd(power, ExpMinusOne(r), power);

        TVector w = TVector.One / (t + TVector.Create(3.5f));
        TVector v = (t - TVector.Create(3.5f)) * w;
        TVector square = v * v;
        TVector fourth = square * square;
        TVector p01 = MultiplyAdd(v, -0.56556183f, TVector.Create(0.74441606f));
        TVector p23 = MultiplyAdd(v, -0.11605137f, TVector.Create(0.31542593f));
        TVector p45 = MultiplyAdd(v, 0.0064835767f, TVector.Create(0.01739894f));
        TVector p67 = MultiplyAdd(v, -0.00047334176f, TVector.Create(-0.0031555993f));
        TVector p89 = MultiplyAdd(v, 0.000094435854f, TVector.Create(0.0004061811f));
        TVector high = TVector.MultiplyAdd(fourth, p89, TVector.MultiplyAdd(square, p67, p45));
        return e * w * TVector.MultiplyAdd(fourth, high, TVector.MultiplyAdd(square, p23, p01));
    }

    /// <summary>1 / √(2·π)</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector InverseRootOfTwoPi<TVector>()
        where TVector : struct, IVector<TVector>
        => TVector.Create(0.3989423f);

    /// <summary>eʳ − 1 = r + r²·(c₂ + c₃·r + r²·(c₄ + c₅·r + r²·c₆)) on |r| ≤ ln 2 / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ExpMinusOne<TVector>(TVector r)
        where TVector : struct, IVector<TVector>
    {
        TVector square = r * r;
        TVector low = MultiplyAdd(r, 0.16666517f, TVector.Create(0.49999994f));
        TVector high = MultiplyAdd(r, 0.00836914f, TVector.Create(0.041668106f));
        high = MultiplyAdd(square, 0.0013836748f, high);
        return TVector.MultiplyAdd(square, TVector.MultiplyAdd(square, high, low), r);
    }

    /// <summary>(e²ʳ − 1) / 2 = r + r²·(c₂ + c₃·r + r²·(c₄ + c₅·r + r²·c₆)) on |r| ≤ ln 2 / 4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector HalfOfExpMinusOne<TVector>(TVector r)
        where TVector : struct, IVector<TVector>
    {
        TVector square = r * r;
        TVector low = MultiplyAdd(r, 0.6666608f, TVector.Create(1.0000001f));
        TVector high = MultiplyAdd(r, 0.1339024f, TVector.Create(0.33332545f));
        high = MultiplyAdd(square, 0.04466311f, high);
        return TVector.MultiplyAdd(square, TVector.MultiplyAdd(square, high, low), r);
    }

    /// <summary>The lesser of the two; NaN for NaN, since the minimum, as the maximum, is the second operand where one is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector AtMost<TVector>(float most, TVector x)
        where TVector : struct, IVector<TVector>
        => TVector.MinOrSecond(TVector.Create(most), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector AtLeast<TVector>(float least, TVector x)
        where TVector : struct, IVector<TVector>
        => TVector.MaxOrSecond(TVector.Create(least), x);

    /// <summary>
    /// 2ᵏ·factor, for a power of two as factor. k is the integer that stands in the low bits: a factor's exponent more by k. Of
    /// k + <see cref="RoundingShift"/> the shift's own bits leave at the top.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector TimesPower<TVector>(TVector k, TVector factor)
        where TVector : struct, IVector<TVector>
        => TVector.AddShifted(k, MantissaBits, factor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector MultiplyAdd<TVector>(TVector a, float b, TVector c)
        where TVector : struct, IVector<TVector>
        => TVector.MultiplyAdd(a, TVector.Create(b), c);
}
