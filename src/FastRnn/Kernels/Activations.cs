using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>y = x; g′ = 1.</summary>
internal readonly struct IdentityActivation : IActivation
{
    public static bool KeepsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => gradient;
}

/// <summary>y = tanh(x); g′ = 1 − y².</summary>
internal readonly struct TanhActivation : IActivation
{
    public static bool KeepsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => VectorMath.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => (TVector.One - y * y) * gradient;
}

/// <summary>y = 1 / (1 + e⁻ˣ); g′ = y·(1 − y).</summary>
internal readonly struct SigmoidActivation : IActivation
{
    public static bool KeepsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => VectorMath.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => y * (TVector.One - y) * gradient;
}

/// <summary>y = alpha·tanh(beta·x); g′ = alpha·beta·(1 − (y / alpha)²).</summary>
/// <param name="alpha">not 0</param>
/// <param name="beta">any</param>
internal readonly struct ScaledTanhActivation(float alpha, float beta) : IActivation
{
    public static bool KeepsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => TVector.Create(alpha) * VectorMath.Tanh(TVector.Create(beta) * x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
    {
        TVector t = y / TVector.Create(alpha);
        return (TVector.One - t * t) * TVector.Create(alpha * beta) * gradient;
    }
}

/// <summary>y = x / (1 + |x|), ±1 for ±∞; g′ = (1 − |y|)².</summary>
internal readonly struct SoftsignActivation : IActivation
{
    public static bool KeepsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
    {
        TVector t = VectorMath.AtMost(float.MaxValue, TVector.Abs(x));
        return TVector.WithSign(t / (TVector.One + t), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
    {
        TVector t = TVector.One - TVector.Abs(y);
        return t * t * gradient;
    }
}

/// <summary>y = ln(1 + eˣ); g′ = 1 / (1 + e⁻ˣ) = 1 − e⁻ʸ.</summary>
internal readonly struct SoftplusActivation : IActivation
{
    public static bool KeepsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => VectorMath.Softplus(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => -VectorMath.NegativeExpM1(-y) * gradient;
}

/// <summary>y = gamma·x for x above 0, else gamma·alpha·(eˣ − 1); g′ = gamma for y above 0, else y + gamma·alpha.</summary>
/// <param name="alpha">at least 0</param>
/// <param name="gamma">above 0</param>
internal readonly struct EluActivation(float alpha, float gamma) : IActivation
{
    public static bool KeepsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
    {
        TVector linear = TVector.Create(gamma) * TVector.WherePositive(x, x);
        return TVector.MultiplyAdd(TVector.Create(alpha * gamma), VectorMath.NegativeExpM1(x), linear);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => TVector.WherePositive(y, TVector.Create(gamma), y + TVector.Create(alpha * gamma)) * gradient;
}
