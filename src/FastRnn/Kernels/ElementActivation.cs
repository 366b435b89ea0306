using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>
/// An activation of each value by itself, chosen at run time: of rows, or, for what has vectors in its hands, of a vector at a time, a call
/// each, where <see cref="IActivation"/> is compiled in.
/// </summary>
internal abstract class ElementActivation : RowActivation
{
    /// <inheritdoc cref="IActivation.Apply"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => typeof(TVector) == typeof(WideVector)
            ? Unsafe.BitCast<WideVector, TVector>(Apply(Unsafe.BitCast<TVector, WideVector>(x)))
            : Unsafe.BitCast<PortableVector, TVector>(Apply(Unsafe.BitCast<TVector, PortableVector>(x)));

    /// <inheritdoc cref="IActivation.Gradient"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TVector Gradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => typeof(TVector) == typeof(WideVector)
            ? Unsafe.BitCast<WideVector, TVector>(Gradient(
                Unsafe.BitCast<TVector, WideVector>(x), Unsafe.BitCast<TVector, WideVector>(y),
                Unsafe.BitCast<TVector, WideVector>(gradient)))
            : Unsafe.BitCast<PortableVector, TVector>(Gradient(
                Unsafe.BitCast<TVector, PortableVector>(x), Unsafe.BitCast<TVector, PortableVector>(y),
                Unsafe.BitCast<TVector, PortableVector>(gradient)));

    private protected abstract WideVector Apply(WideVector x);

    private protected abstract PortableVector Apply(PortableVector x);

    private protected abstract WideVector Gradient(WideVector x, WideVector y, WideVector gradient);

    private protected abstract PortableVector Gradient(PortableVector x, PortableVector y, PortableVector gradient);
}

/// <inheritdoc/>
/// <param name="activation">g with its parameters</param>
/// <typeparam name="TActivation">g</typeparam>
internal sealed class ElementActivation<TActivation>(TActivation activation) : ElementActivation
    where TActivation : struct, IActivation
{
    private readonly TActivation _activation = activation;

    internal override bool KeepsInput => TActivation.KeepsInput;

    internal override void Forward(ReadOnlySpan<float> x, Span<float> y, int width)
    {
        if (typeof(TActivation) != typeof(IdentityActivation))
        {
            Elementwise.Map(new Applied<TActivation>(_activation), x, y);
        }
        else if (!(x == y))
        {
            x.CopyTo(y);
        }
    }

    internal override void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> gradient, int width)
    {
        if (TActivation.KeepsInput)
        {
            Elementwise.Zip(new Differentiated<TActivation>(_activation), x, y, gradient, gradient);
        }
        else if (typeof(TActivation) != typeof(IdentityActivation))
        {
            Elementwise.Zip(new Differentiated<TActivation>(_activation), y, gradient, gradient);
        }
    }

    [MethodImpl(JitOptions.Loop)]
    private protected override WideVector Apply(WideVector x) => _activation.Apply(x);

    [MethodImpl(JitOptions.Loop)]
    private protected override PortableVector Apply(PortableVector x) => _activation.Apply(x);

    [MethodImpl(JitOptions.Loop)]
    private protected override WideVector Gradient(WideVector x, WideVector y, WideVector gradient)
        => _activation.Gradient(x, y, gradient);

    [MethodImpl(JitOptions.Loop)]
    private protected override PortableVector Gradient(PortableVector x, PortableVector y, PortableVector gradient)
        => _activation.Gradient(x, y, gradient);
}

/// <summary>An activation as a function of x.</summary>
internal readonly struct Applied<TActivation>(TActivation activation) : IUnaryOperator
    where TActivation : struct, IActivation
{
    private readonly TActivation _activation = activation;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => _activation.Apply(x);
}

/// <summary>An activation's gradient as a function of x, y and ∂L/∂y, or of y and ∂L/∂y where that is enough.</summary>
internal readonly struct Differentiated<TActivation>(TActivation activation) : IBinaryOperator, ITernaryOperator
    where TActivation : struct, IActivation
{
    private readonly TActivation _activation = activation;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, IVector<TVector>
        => _activation.Gradient(a, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b, TVector c)
        where TVector : struct, IVector<TVector>
        => _activation.Gradient(a, b, c);
}
