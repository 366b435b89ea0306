using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>
/// Transcendental functions on vectors. An element's bits depend on its value alone. Errors are in units of the result's last place, the
/// worst of all floats for the first three, of 4·10⁶ floats of every exponent for the others:
/// <list type="table">
/// <listheader>
/// <term>function</term><description>worst error, with and without fused multiply-add</description>
/// </listheader>
/// <item><term><see cref="Tanh"/></term><description>2.6, 8.94e-8 absolute</description></item>
/// <item><term><see cref="Exp"/></term><description>1.1; denormal results 0.75</description></item>
/// <item><term><see cref="Sigmoid"/></term><description>2.5, 8.94e-8 absolute; results below 1.18e-38 may be 0</description></item>
/// <item><term><see cref="Softplus"/></term><description>3.8; results below 1.18e-38 may be 0</description></item>
/// <item><term><see cref="NegativeExpM1"/></term><description>1.1</description></item>
/// <item>
/// <term><see cref="NegativeNormalTail"/></term>
/// <description>12 for |x| ≤ 1, 40 up to 6, 130 up to 13.1; beyond, the value at 13.1</description>
/// </item>
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

    /// <summary>−Φ(−|x|), what a standard normal law has beyond |x| at one side, negative: −1/2 for 0, −1.6e-39 for ±∞, NaN for NaN.
    /// </summary>
    /// <remarks>
    /// e^(−t²/2)·w·p(w) with w = −1 / (t + 3), p a polynomial of degree 8. The exponential is 2ᵏ·2ʳ, with a polynomial of degree 5 for 2ʳ,
    /// |r| ≤ 1/2. The digits of t² that a float can't hold are lost, which counts where t is large.
    /// </remarks>
    /// <param name="x">any</param>
    /// <param name="t">|x|, or 13.1 where it is more: 2ᵏ is a normal number then</param>
    /// <param name="e">e^(−t²/2)</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector NegativeNormalTail<TVector>(TVector x, out TVector t, out TVector e)
        where TVector : struct, IVector<TVector>
    {
        // −1 / (2·ln 2)
        const float Scale = -0.72134752f;
        t = AtMost(13.1f, TVector.Abs(x));
        TVector square = t * t;
        TVector shifted = MultiplyAdd(square, Scale, TVector.Create(RoundingShift));
        TVector r = MultiplyAdd(square, Scale, TVector.Create(RoundingShift) - shifted);
        TVector power = MultiplyAdd(r, 0.0013521364f, TVector.Create(0.009685471f));
        power = TVector.MultiplyAdd(power, r, TVector.Create(0.05550084f));
        power = TVector.MultiplyAdd(power, r, TVector.Create(0.24021913f));
        power = TVector.MultiplyAdd(power, r, TVector.Create(0.69314724f));
        power = TVector.MultiplyAdd(power, r, TVector.Create(1.0000001f));
        e = TVector.AddShifted(shifted, MantissaBits, power);

        TVector w = TVector.One / (TVector.Create(-3) - t);
        TVector p = MultiplyAdd(w, -457.19366f, TVector.Create(-864.7292f));
        p = TVector.MultiplyAdd(p, w, TVector.Create(-602.9847f));
        p = TVector.MultiplyAdd(p, w, TVector.Create(-163.20726f));
        p = TVector.MultiplyAdd(p, w, TVector.Create(-13.7679405f));
        p = TVector.MultiplyAdd(p, w, TVector.Create(-9.822272f));
        p = TVector.MultiplyAdd(p, w, TVector.Create(3.026388f));
        p = TVector.MultiplyAdd(p, w, TVector.Create(-1.2025715f));
        p = TVector.MultiplyAdd(p, w, TVector.Create(0.39885733f));
        return e * w * p;
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
