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
    private static TVector AtMost<TVector>(float most, TVector x)
        where TVector : struct, IVector<TVector>
        => TVector.MinOrSecond(TVector.Create(most), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AtLeast<TVector>(float least, TVector x)
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
    private static TVector MultiplyAdd<TVector>(TVector a, float b, TVector c)
        where TVector : struct, IVector<TVector>
        => TVector.MultiplyAdd(a, TVector.Create(b), c);
}
