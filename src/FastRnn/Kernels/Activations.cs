using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>
/// An activation y = g(x) and, from its output alone, what back-propagation needs.
/// </summary>
internal interface IActivation
{
    /// <summary>y = g(x)</summary>
    static abstract TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>;

    /// <summary>∂L/∂x = ∂L/∂y · g′(x)</summary>
    /// <param name="y">g(x)</param>
    /// <param name="gradient">∂L/∂y</param>
    static abstract TVector Gradient<TVector>(TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>;
}

/// <summary>y = tanh(x); g′ = 1 − y².</summary>
internal readonly struct TanhActivation : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => VectorMath.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Gradient<TVector>(TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => (TVector.One - y * y) * gradient;
}

/// <summary>y = 1 / (1 + e⁻ˣ); g′ = y·(1 − y).</summary>
internal readonly struct SigmoidActivation : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => VectorMath.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Gradient<TVector>(TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => y * (TVector.One - y) * gradient;
}

/// <summary>y = max(0, x), NaN for NaN; g′ = 1 where y is above 0, else 0.</summary>
internal readonly struct ReluActivation : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => TVector.WherePositive(x, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Gradient<TVector>(TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => TVector.WherePositive(y, gradient);
}

/// <summary>y = x; g′ = 1.</summary>
internal readonly struct IdentityActivation : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Gradient<TVector>(TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => gradient;
}

/// <summary>The activations of values by themselves, for what chooses one at run time.</summary>
internal enum VectorActivationKind
{
    Identity,
    Tanh,
    Relu,
    Sigmoid,
}

/// <summary>An activation that is chosen at run time, of a vector at a time: a call each, where <see cref="IActivation"/> is compiled in.
/// </summary>
/// <param name="Kind">which</param>
internal readonly record struct VectorActivation(VectorActivationKind Kind)
{
    /// <inheritdoc cref="IActivation.Apply"/>
    [MethodImpl(JitOptions.Loop)]
    internal TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => Kind switch
        {
            VectorActivationKind.Tanh => TanhActivation.Apply(x),
            VectorActivationKind.Relu => ReluActivation.Apply(x),
            VectorActivationKind.Sigmoid => SigmoidActivation.Apply(x),
            _ => x,
        };

    /// <inheritdoc cref="IActivation.Gradient"/>
    [MethodImpl(JitOptions.Loop)]
    internal TVector Gradient<TVector>(TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => Kind switch
        {
            VectorActivationKind.Tanh => TanhActivation.Gradient(y, gradient),
            VectorActivationKind.Relu => ReluActivation.Gradient(y, gradient),
            VectorActivationKind.Sigmoid => SigmoidActivation.Gradient(y, gradient),
            _ => gradient,
        };
}
