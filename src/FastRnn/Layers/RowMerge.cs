using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Layers;

/// <summary>How rows of several branches become one: side by side, or element by element.</summary>
internal abstract class RowMerge
{
    internal static RowMerge Concatenation { get; } = new SideBySide();

    internal static RowMerge Sum { get; } = new Summed();

    internal static RowMerge Mean { get; } = new Averaged();

    internal static RowMerge Product { get; } = new Multiplied();

    /// <summary>Whether rows stand side by side; otherwise all have one width.</summary>
    internal bool IsConcatenation => this is SideBySide;

    /// <summary>What two branches become, element by element.</summary>
    /// <param name="a">the rows of the first branch, or what those before have become</param>
    /// <param name="b">the rows of the next</param>
    /// <param name="y">receives the result; may be <paramref name="a"/></param>
    internal abstract void Join(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y);

    /// <summary>As <see cref="Join"/>, for the last branch of so many.</summary>
    internal virtual void JoinLast(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y, int branches) => Join(a, b, y);

    /// <summary>∂L/∂y becomes that of what is joined, in place.</summary>
    internal virtual void ScaleGradient(Span<float> gradient, int branches)
    {
    }

    /// <summary>Whether the gradient of one branch depends on the rows of the others, see <see cref="TakeBack"/>.</summary>
    internal virtual bool NeedsOthers => false;

    /// <summary>∂L/∂y becomes the gradient of one branch, in place; to be called for the rows of each other branch where
    /// <see cref="NeedsOthers"/>.</summary>
    internal virtual void TakeBack(Span<float> gradient, ReadOnlySpan<float> other)
    {
    }

    private sealed class SideBySide : RowMerge
    {
        internal override void Join(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
            => throw new InvalidOperationException("Rows side by side are copied to their columns.");
    }

    private sealed class Summed : RowMerge
    {
        internal override void Join(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
            => Elementwise.Zip(default(Addition), a, b, y);
    }

    private sealed class Averaged : RowMerge
    {
        internal override void Join(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
            => Elementwise.Zip(default(Addition), a, b, y);

        internal override void JoinLast(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y, int branches)
            => Elementwise.Zip(new ScaledAddition(1f / branches), a, b, y);

        internal override void ScaleGradient(Span<float> gradient, int branches)
            => TensorPrimitives.Multiply(gradient, 1f / branches, gradient);
    }

    /// <summary>y = (a + b)·scale</summary>
    private readonly struct ScaledAddition(float scale) : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b)
            where TVector : struct, IVector<TVector>
            => (a + b) * TVector.Create(scale);
    }

    private sealed class Multiplied : RowMerge
    {
        internal override bool NeedsOthers => true;

        internal override void Join(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
            => Elementwise.Zip(default(Multiplication), a, b, y);

        internal override void TakeBack(Span<float> gradient, ReadOnlySpan<float> other)
            => Elementwise.Zip(default(Multiplication), gradient, other, gradient);
    }
}
