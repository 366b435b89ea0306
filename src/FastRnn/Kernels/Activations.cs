using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>
/// An activation y = g(x) and, from its output alone, what back-propagation needs: given y as <c>a</c> and ∂L/∂y as <c>b</c>, the
/// binary operator returns ∂L/∂x = ∂L/∂y · g′(x).
/// </summary>
internal interface IActivation : IUnaryOperator, IBinaryOperator;

/// <summary>y = tanh(x); g′ = 1 − y².</summary>
internal readonly struct TanhActivation : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Invoke<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => VectorMath.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, IVector<TVector>
        => (TVector.One - a * a) * b;
}

/// <summary>y = 1 / (1 + e⁻ˣ); g′ = y·(1 − y).</summary>
internal readonly struct SigmoidActivation : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Invoke<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => VectorMath.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, IVector<TVector>
        => a * (TVector.One - a) * b;
}

/// <summary>y = max(0, x), NaN for NaN; g′ = 1 where y is above 0, else 0.</summary>
internal readonly struct ReluActivation : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Invoke<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => TVector.WherePositive(x, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, IVector<TVector>
        => TVector.WherePositive(a, b);
}

/// <summary>y = x; g′ = 1.</summary>
internal readonly struct IdentityActivation : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Invoke<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, IVector<TVector>
        => b;
}
