using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>yᵢ = xᵢ − ln Σⱼ exp(xⱼ) over a row; ∂L/∂xᵢ = ∂L/∂yᵢ − exp(yᵢ)·Σⱼ ∂L/∂yⱼ.</summary>
internal sealed class LogSoftmaxRows : RowActivation
{
    internal override bool KeepsInput => false;

    internal override void Forward(ReadOnlySpan<float> x, Span<float> y, int width)
    {
        for (int start = 0; start < x.Length; start += width)
        {
            Softmax.NormalizeLog(x.Slice(start, width), y.Slice(start, width));
        }
    }

    internal override void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> gradient, int width)
    {
        for (int start = 0; start < y.Length; start += width)
        {
            Span<float> row = gradient.Slice(start, width);
            Elementwise.Zip(new WithoutShare(TensorPrimitives.Sum(row)), y.Slice(start, width), row, row);
        }
    }

    /// <summary>∂L/∂y less what the sum takes of it.</summary>
    /// <param name="sum">Σⱼ ∂L/∂yⱼ</param>
    private readonly struct WithoutShare(float sum) : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b)
            where TVector : struct, IVector<TVector>
            => b - VectorMath.Exp(a) * TVector.Create(sum);
    }
}
