using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>
/// Products with a packed matrix W [M, K]: R input vectors x [R, K] give R output vectors y [R, M]. Which kernel does the work
/// follows from the shapes alone; every row of y has the same bits whatever R is. x and y must not overlap.
/// </summary>
/// <remarks>
/// A matrix that is read again and again and is larger than a cache is best read in descending order every
/// second time: what was read last is there
/// still. The order of rows changes no bits.
/// </remarks>
internal static class Product
{
    /// <summary>y = x·Wᵀ, or y = y + x·Wᵀ: a product is summed before it is added.</summary>
    internal static void Multiply(
        PackedMatrix matrix, ReadOnlySpan<float> x, int rows, Span<float> y, bool add = false, bool descending = false)
    {
        if (add)
        {
            Multiply(matrix, x, rows, y, matrix.Rows, y, descending);
        }
        else
        {
            Multiply(matrix, x, rows, [], 0, y, descending);
        }
    }

    /// <summary>y = b + x·Wᵀ with the same b [M] for every row.</summary>
    internal static void MultiplyAddBias(
        PackedMatrix matrix, ReadOnlySpan<float> x, int rows, ReadOnlySpan<float> bias, Span<float> y)
    {
        Debug.Assert(bias.Length == matrix.Rows, "bias must be [M]");
        Multiply(matrix, x, rows, bias, 0, y, descending: false);
    }

    /// <summary>
    /// What a step of one stream multiplies: y = b + x·Wᵀ and q = h·Vᵀ, or y = (b + x·Wᵀ) + h·Vᵀ where q is y. Both matrices are read
    /// together, some panels of one after some of the other.
    /// </summary>
    /// <param name="first">W [M, K]</param>
    /// <param name="x">begins [K]</param>
    /// <param name="bias">begins b [M]; a null reference for none</param>
    /// <param name="second">V [M, L]</param>
    /// <param name="h">begins [L]; x and h must not overlap y and q</param>
    /// <param name="y">begins [M]</param>
    /// <param name="q">begins [M]; may be <paramref name="y"/></param>
    /// <param name="descending">see <see cref="Product"/></param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void MultiplyPair(
        PackedMatrix first, ref float x, ref float bias, PackedMatrix second, ref float h, ref float y, ref float q, bool descending)
    {
        Debug.Assert(first.Rows == second.Rows, "both matrices must have M rows");
        if (first.IsNarrow)
        {
            NarrowProduct.MultiplyPair(first, ref x, ref bias, second, ref h, ref y, ref q);
        }
        else if (first.Kind == PanelKind.Wide)
        {
            VectorProduct.MultiplyPair<PanelOfTwo<WideVector>>(first, ref x, ref bias, second, ref h, ref y, ref q, descending);
        }
        else if (first.Kind == PanelKind.WideOfOne)
        {
            VectorProduct.MultiplyPair<PanelOfOne<WideVector>>(first, ref x, ref bias, second, ref h, ref y, ref q, descending);
        }
        else
        {
            VectorProduct.MultiplyPair<PanelOfTwo<PortableVector>>(first, ref x, ref bias, second, ref h, ref y, ref q, descending);
        }
    }

    private static void Multiply(
        PackedMatrix matrix, ReadOnlySpan<float> x, int rows, ReadOnlySpan<float> addend, int addendStride, Span<float> y, bool descending)
    {
        Debug.Assert(!x.Overlaps(y), "x and y must not overlap");
        if (matrix.IsNarrow)
        {
            NarrowProduct.Multiply(matrix, x, rows, addend, addendStride, y);
        }
        else if (matrix.Kind == PanelKind.Wide)
        {
            Multiply<PanelOfTwo<WideVector>>(matrix, x, rows, addend, addendStride, y, descending);
        }
        else if (matrix.Kind == PanelKind.WideOfOne)
        {
            Multiply<PanelOfOne<WideVector>>(matrix, x, rows, addend, addendStride, y, descending);
        }
        else
        {
            Multiply<PanelOfTwo<PortableVector>>(matrix, x, rows, addend, addendStride, y, descending);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply<TPanel>(
        PackedMatrix matrix, ReadOnlySpan<float> x, int rows, ReadOnlySpan<float> addend, int addendStride, Span<float> y, bool descending)
        where TPanel : struct, IPanel<TPanel>
    {
        if (rows == 1)
        {
            VectorProduct.Multiply<TPanel>(matrix, x, addend, y, descending);
        }
        else
        {
            MatrixProduct.Multiply<TPanel>(matrix, x, rows, addend, addendStride, y, descending);
        }
    }
}
