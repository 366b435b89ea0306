using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>y = x·σ(x), σ the logistic sigmoid; g′ = σ(x)·(1 + x·(1 − σ(x))). 0 for −∞. y is within 2.7 units of its last place, and
/// what would be below 1e-36 may be 0.</summary>
internal readonly struct SiluActivation : IActivation
{
    public static bool KeepsInput => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => VectorMath.AtLeast(-104, x) * VectorMath.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
    {
        // Beyond ±87 the derivative is 0 or 1 to the last place.
        TVector t = VectorMath.AtLeast(-87, VectorMath.AtMost(87, x));
        TVector e = VectorMath.ExpWithin(-t);
        TVector s = TVector.One / (TVector.One + e);
        return TVector.MultiplyAdd(t, e * s, TVector.One) * s * gradient;
    }
}

/// <summary>y = x·Φ(x), Φ the distribution of the standard normal law and φ its density; g′ = Φ(x) + x·φ(x). y is within 12 units of its
/// last place for x above −1, within 40 down to −6, within 130, some 8e-6 of it, down to −13.1, and −2.2e-38 beyond.</summary>
internal readonly struct GeluActivation : IActivation
{
    public static bool KeepsInput => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
    {
        TVector tail = VectorMath.NegativeNormalTail(x, out TVector t, out _);
        return TVector.MultiplyAdd(t, tail, VectorMath.AtLeast(0, x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
    {
        // Φ(−t) − t·φ(t) for x = −t, and what is left to 1 for x = t.
        TVector tail = VectorMath.NegativeNormalTail(x, out TVector t, out TVector e);
        tail = TVector.MultiplyAdd(t * VectorMath.InverseRootOfTwoPi<TVector>(), e, tail);
        return (TVector.WherePositive(x, TVector.One) + TVector.WithSign(TVector.One, x) * tail) * gradient;
    }
}

/// <summary>y = x·σ(2·u), u = √(2/π)·(x + 0.044715·x³), which is x·(1 + tanh(u)) / 2. 0 for −∞. y is within
/// 3.5 units of its last place for x above −1, within 250, some 1.5e-5 of it, farther down, and what would be below 1e-36 may be 0.
/// </summary>
internal readonly struct GeluTanhActivation : IActivation
{
    /// <summary>2·√(2/π)</summary>
    private const float Linear = 1.5957691f;

    /// <summary>2·√(2/π)·0.044715</summary>
    private const float Cubic = 0.071354814f;

    public static bool KeepsInput => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
    {
        TVector t = VectorMath.AtLeast(-16, x);
        return t * VectorMath.Sigmoid(t * VectorMath.MultiplyAdd(t * t, Cubic, TVector.Create(Linear)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
    {
        // Beyond ±10 the derivative is 0 or 1 to the last place.
        TVector t = VectorMath.AtLeast(-10, VectorMath.AtMost(10, x));
        TVector square = t * t;
        TVector e = VectorMath.ExpWithin(-t * VectorMath.MultiplyAdd(square, Cubic, TVector.Create(Linear)));
        TVector s = TVector.One / (TVector.One + e);
        TVector slope = VectorMath.MultiplyAdd(square, 3 * Cubic, TVector.Create(Linear));
        return TVector.MultiplyAdd(t * slope, e * s, TVector.One) * s * gradient;
    }
}

/// <summary>y = x·tanh(ln(1 + eˣ)) = x·n / (n + 2), n = eˣ·(eˣ + 2); g′ = (n + 4·x·eˣ·(eˣ + 1) / (n + 2)) / (n + 2).
/// 0 for −∞. y is within 4.5 units of its last place, and what would be below 1e-36 may be 0.</summary>
internal readonly struct MishActivation : IActivation
{
    public static bool KeepsInput => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
    {
        // From 20 on the quotient rounds to 1.
        TVector t = VectorMath.AtLeast(-88, VectorMath.AtMost(20, x));
        TVector e = VectorMath.ExpWithin(t);
        TVector n = e * (e + TVector.Create(2));
        return VectorMath.AtLeast(-88, x) * (n / (n + TVector.Create(2)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
    {
        TVector t = VectorMath.AtLeast(-88, VectorMath.AtMost(20, x));
        TVector e = VectorMath.ExpWithin(t);
        TVector n = e * (e + TVector.Create(2));
        TVector r = TVector.One / (n + TVector.Create(2));
        return TVector.MultiplyAdd(TVector.Create(4) * t * r, e * (e + TVector.One), n) * r * gradient;
    }
}
