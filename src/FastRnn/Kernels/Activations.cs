using System.Numerics;

namespace FastRnn.Kernels;

/// <summary>
/// An activation y = g(x) and, from its output alone, what back-propagation needs: given y as <c>a</c> and ∂L/∂y as <c>b</c>, the
/// binary operator returns ∂L/∂x = ∂L/∂y · g′(x).
/// </summary>
internal interface IActivation : IUnaryOperator, IBinaryOperator;

/// <summary>y = tanh(x); g′ = 1 − y².</summary>
internal readonly struct TanhActivation : IActivation
{
    public static Vector<float> Invoke(Vector<float> x) => VectorMath.Tanh(x);

    public static Vector<float> Invoke(Vector<float> a, Vector<float> b) => (Vector<float>.One - a * a) * b;
}

/// <summary>y = 1 / (1 + e⁻ˣ); g′ = y·(1 − y).</summary>
internal readonly struct SigmoidActivation : IActivation
{
    public static Vector<float> Invoke(Vector<float> x) => VectorMath.Sigmoid(x);

    public static Vector<float> Invoke(Vector<float> a, Vector<float> b) => a * (Vector<float>.One - a) * b;
}

/// <summary>y = max(0, x), NaN for NaN; g′ = 1 where y is above 0, else 0.</summary>
internal readonly struct ReluActivation : IActivation
{
    public static Vector<float> Invoke(Vector<float> x)
        => Vector.ConditionalSelect(Vector.LessThanOrEqual(x, Vector<float>.Zero), Vector<float>.Zero, x);

    public static Vector<float> Invoke(Vector<float> a, Vector<float> b)
        => Vector.ConditionalSelect(Vector.LessThanOrEqual(a, Vector<float>.Zero), Vector<float>.Zero, b);
}

/// <summary>y = x; g′ = 1.</summary>
internal readonly struct IdentityActivation : IActivation
{
    public static Vector<float> Invoke(Vector<float> x) => x;

    public static Vector<float> Invoke(Vector<float> a, Vector<float> b) => b;
}
