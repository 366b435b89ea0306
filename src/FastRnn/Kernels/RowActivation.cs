using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>An activation y = g(x) of rows of values, chosen at run time, and its derivative from its outputs alone.</summary>
internal abstract class RowActivation
{
    internal static RowActivation Identity { get; } = new Elements<IdentityActivation>();

    internal static RowActivation Tanh { get; } = new Elements<TanhActivation>();

    internal static RowActivation Relu { get; } = new Elements<ReluActivation>();

    internal static RowActivation Sigmoid { get; } = new Elements<SigmoidActivation>();

    /// <summary>exp(xᵢ) / Σⱼ exp(xⱼ) over a row.</summary>
    internal static RowActivation Softmax { get; } = new SoftmaxRows();

    /// <summary>This activation of clipped values, y = g(min(max(x, −bound), bound)); it has to go by each element alone and never fall.
    /// Where it is flat in float next to the bound, its derivative, which is tiny there, counts as 0 as beyond the bound.</summary>
    /// <param name="bound">above 0; ∞ leaves the activation as it is</param>
    internal RowActivation Clipped(float bound) => float.IsPositiveInfinity(bound) ? this : new ClippedElements(this, bound);

    /// <param name="x">[R, width]</param>
    /// <param name="y">[R, width]; may be x</param>
    internal abstract void Forward(ReadOnlySpan<float> x, Span<float> y, int width);

    /// <summary>∂L/∂y becomes ∂L/∂x, in place.</summary>
    /// <param name="y">[R, width]</param>
    /// <param name="gradient">[R, width]</param>
    internal abstract void Backward(ReadOnlySpan<float> y, Span<float> gradient, int width);

    private sealed class Elements<TActivation> : RowActivation
        where TActivation : struct, IActivation
    {
        internal override void Forward(ReadOnlySpan<float> x, Span<float> y, int width)
        {
            if (typeof(TActivation) != typeof(IdentityActivation))
            {
                Elementwise.Map<Applied<TActivation>>(x, y);
            }
            else if (!(x == y))
            {
                x.CopyTo(y);
            }
        }

        internal override void Backward(ReadOnlySpan<float> y, Span<float> gradient, int width)
        {
            if (typeof(TActivation) != typeof(IdentityActivation))
            {
                Elementwise.Zip<Differentiated<TActivation>>(y, gradient, gradient);
            }
        }
    }

    private sealed class ClippedElements : RowActivation
    {
        private readonly RowActivation _activation;
        private readonly float _bound;
        private readonly float _least;
        private readonly float _most;

        internal ClippedElements(RowActivation activation, float bound)
        {
            (_activation, _bound) = (activation, bound);
            Span<float> ends = [-bound, bound];
            activation.Forward(ends, ends, ends.Length);
            (_least, _most) = (ends[0], ends[1]);
        }

        internal override void Forward(ReadOnlySpan<float> x, Span<float> y, int width)
        {
            TensorPrimitives.Clamp(x, -_bound, _bound, y);
            _activation.Forward(y, y, width);
        }

        internal override void Backward(ReadOnlySpan<float> y, Span<float> gradient, int width)
        {
            _activation.Backward(y, gradient, width);
            for (int i = 0; i < y.Length; i++)
            {
                if (y[i] <= _least || y[i] >= _most)
                {
                    gradient[i] = 0;
                }
            }
        }
    }

    private sealed class SoftmaxRows : RowActivation
    {
        internal override void Forward(ReadOnlySpan<float> x, Span<float> y, int width)
        {
            for (int start = 0; start < x.Length; start += width)
            {
                Kernels.Softmax.Normalize(x.Slice(start, width), y.Slice(start, width));
            }
        }

        /// <summary>∂L/∂xᵢ = yᵢ·(∂L/∂yᵢ − Σⱼ yⱼ·∂L/∂yⱼ).</summary>
        internal override void Backward(ReadOnlySpan<float> y, Span<float> gradient, int width)
        {
            for (int start = 0; start < y.Length; start += width)
            {
                ReadOnlySpan<float> output = y.Slice(start, width);
                Span<float> row = gradient.Slice(start, width);
                TensorPrimitives.Subtract(row, TensorPrimitives.Dot(output, row), row);
                TensorPrimitives.Multiply(row, output, row);
            }
        }
    }
}

/// <summary>An activation as a function of x.</summary>
internal readonly struct Applied<TActivation> : IUnaryOperator
    where TActivation : struct, IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Invoke<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => TActivation.Apply(x);
}

/// <summary>An activation's gradient as a function of y and ∂L/∂y.</summary>
internal readonly struct Differentiated<TActivation> : IBinaryOperator
    where TActivation : struct, IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, IVector<TVector>
        => TActivation.Gradient(a, b);
}
