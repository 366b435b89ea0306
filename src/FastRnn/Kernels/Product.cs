using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>
/// Products with a packed matrix W [M, K]: R input vectors x [R, K] give R output vectors y [R, M]. Which kernel does the work
/// follows from the shapes alone; every row of y has the same bits whatever R is. x and y must not overlap.
/// </summary>
internal static class Product
{
    /// <summary>y = x·Wᵀ</summary>
    internal static void Multiply(PackedMatrix matrix, ReadOnlySpan<float> x, int rows, Span<float> y)
        => Multiply(matrix, x, rows, [], 0, y);

    /// <summary>y = b + x·Wᵀ with the same b [M] for every row.</summary>
    internal static void MultiplyAddBias(
        PackedMatrix matrix, ReadOnlySpan<float> x, int rows, ReadOnlySpan<float> bias, Span<float> y)
    {
        Debug.Assert(bias.Length == matrix.Rows, "bias must be [M]");
        Multiply(matrix, x, rows, bias, 0, y);
    }

    /// <summary>y = y + x·Wᵀ; each product is summed before it is added.</summary>
    internal static void MultiplyAccumulate(PackedMatrix matrix, ReadOnlySpan<float> x, int rows, Span<float> y)
        => Multiply(matrix, x, rows, y, matrix.Rows, y);

    private static void Multiply(
        PackedMatrix matrix, ReadOnlySpan<float> x, int rows, ReadOnlySpan<float> addend, int addendStride, Span<float> y)
    {
        Debug.Assert(!x.Overlaps(y), "x and y must not overlap");
        if (matrix.IsNarrow)
        {
            NarrowProduct.Multiply(matrix, x, rows, addend, addendStride, y);
        }
        else if (matrix.IsWide)
        {
            Multiply<WideVector>(matrix, x, rows, addend, addendStride, y);
        }
        else
        {
            Multiply<PortableVector>(matrix, x, rows, addend, addendStride, y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply<TVector>(
        PackedMatrix matrix, ReadOnlySpan<float> x, int rows, ReadOnlySpan<float> addend, int addendStride, Span<float> y)
        where TVector : struct, IVector<TVector>
    {
        if (rows == 1)
        {
            VectorProduct.Multiply<TVector>(matrix, x, addend, y);
        }
        else
        {
            MatrixProduct.Multiply<TVector>(matrix, x, rows, addend, addendStride, y);
        }
    }
}
