using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>y = max(0, x), NaN for NaN; g′ = 1 where y is above 0, else 0.</summary>
internal readonly struct ReluActivation : IActivation
{
    public static bool KeepsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => TVector.WherePositive(x, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => TVector.WherePositive(y, gradient);
}

/// <summary>y = x for x above 0, else alpha·x; g′ = 1 for y above 0, else alpha.</summary>
/// <param name="alpha">at least 0, so that y has the sign of x</param>
internal readonly struct LeakyReluActivation(float alpha) : IActivation
{
    public static bool KeepsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => TVector.WherePositive(x, x, TVector.Create(alpha) * x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => TVector.WherePositive(y, gradient, TVector.Create(alpha) * gradient);
}

/// <summary><see cref="LeakyReluActivation"/> of a slope below 0, where y does not tell the sign of x.</summary>
/// <param name="alpha">below 0</param>
internal readonly struct FoldedReluActivation(float alpha) : IActivation
{
    public static bool KeepsInput => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => new LeakyReluActivation(alpha).Apply(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => new LeakyReluActivation(alpha).Gradient(x, x, gradient);
}

/// <summary>y = x for x above theta, else 0; g′ = 1 there, else 0.</summary>
/// <param name="theta">any</param>
internal readonly struct ThresholdedReluActivation(float theta) : IActivation
{
    public static bool KeepsInput => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => TVector.WherePositive(x - TVector.Create(theta), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => TVector.WherePositive(x - TVector.Create(theta), gradient);
}

/// <summary>y = min(max(x, least), most); g′ = 1 between the bounds, 0 at and beyond them.</summary>
/// <param name="least">below most; may be −∞</param>
/// <param name="most">may be ∞</param>
internal readonly struct HardTanhActivation(float least, float most) : IActivation
{
    public static bool KeepsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => VectorMath.AtMost(most, VectorMath.AtLeast(least, x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => TVector.WherePositive(y - TVector.Create(least), TVector.WherePositive(TVector.Create(most) - y, gradient));
}

/// <summary>y = min(max(alpha·x + beta, 0), 1); g′ = alpha for y between 0 and 1, else 0.</summary>
/// <param name="alpha">any</param>
/// <param name="beta">any</param>
internal readonly struct HardSigmoidActivation(float alpha, float beta) : IActivation
{
    public static bool KeepsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => VectorMath.AtMost(1, VectorMath.AtLeast(0, VectorMath.MultiplyAdd(x, alpha, TVector.Create(beta))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => TVector.WherePositive(y, TVector.WherePositive(TVector.One - y, TVector.Create(alpha) * gradient));
}

/// <summary>y = x·min(max(x/6 + 1/2, 0), 1), 0 for −∞; g′ = x/3 + 1/2 for |x| below 3, else 0 or 1.</summary>
internal readonly struct HardSwishActivation : IActivation
{
    public static bool KeepsInput => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
    {
        // x + 3 is exact where the result is small.
        TVector gate = VectorMath.AtMost(1, VectorMath.AtLeast(0, (x + TVector.Create(3)) * TVector.Create(1f / 6)));
        return VectorMath.AtLeast(-3, x) * gate;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
    {
        TVector slope = VectorMath.MultiplyAdd(x, 1f / 3, TVector.Create(0.5f));
        return TVector.WherePositive(TVector.Create(3) - TVector.Abs(x), slope, TVector.WherePositive(x, TVector.One)) * gradient;
    }
}

/// <summary>y = alpha·x + beta; g′ = alpha.</summary>
/// <param name="alpha">any</param>
/// <param name="beta">any</param>
internal readonly struct AffineActivation(float alpha, float beta) : IActivation
{
    public static bool KeepsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => VectorMath.MultiplyAdd(x, alpha, TVector.Create(beta));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => TVector.Create(alpha) * gradient;
}

/// <summary>Another activation of clipped values, y = g(min(max(x, −bound), bound)); at the bounds and beyond g′ = 0.</summary>
/// <param name="activation">g</param>
/// <param name="bound">above 0</param>
internal readonly struct ClippedActivation<TActivation>(TActivation activation, float bound) : IActivation
    where TActivation : struct, IActivation
{
    public static bool KeepsInput => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => activation.Apply(Clip(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => TVector.WherePositive(TVector.Create(bound) - TVector.Abs(x), activation.Gradient(x, y, gradient));

    private TVector Clip<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => VectorMath.AtLeast(-bound, VectorMath.AtMost(bound, x));
}
