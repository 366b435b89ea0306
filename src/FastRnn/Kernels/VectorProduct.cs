using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRnn.Kernels;

/// <summary>One input vector times a matrix in panels: y = s + W·x.</summary>
/// <remarks>
/// Up to four panels are taken at once: of two vectors each they are 8 independent chains of multiply-adds, as many as a core with two
/// units and a latency of four cycles can keep busy, and the loads are eight weights and one broadcast for eight multiply-adds. Fewer
/// panels have several chains a sum, see <see cref="PackedMatrix.Parts"/>.
/// The loops are methods of their own: see <see cref="JitOptions"/>.
/// </remarks>
internal static class VectorProduct
{
    /// <summary>Columns that four panels take in a row: of each the loop's own instructions are a quarter.</summary>
    private const int Unrolled = 4;

    /// <param name="matrix">W [M, K], not narrow.</param>
    /// <param name="x">[K]</param>
    /// <param name="addend">s [M], added to each finished sum; empty for none. May be <paramref name="y"/>.</param>
    /// <param name="y">[M]</param>
    /// <param name="descending">whether the groups of four panels are taken from the last to the first</param>
    [MethodImpl(JitOptions.Loop)]
    internal static void Multiply<TPanel>(
        PackedMatrix matrix, ReadOnlySpan<float> x, ReadOnlySpan<float> addend, Span<float> y, bool descending)
        where TPanel : struct, IPanel<TPanel>
    {
        Debug.Assert(!matrix.IsNarrow && x.Length == matrix.Columns && y.Length == matrix.Rows, "x must be [K], y [M]");
        Debug.Assert(addend.IsEmpty || addend.Length == y.Length, "addend must be empty or [M]");
        ref float s = ref addend.IsEmpty ? ref Unsafe.NullRef<float>() : ref MemoryMarshal.GetReference(addend);
        ref float output = ref MemoryMarshal.GetReference(y);
        int rows = y.Length;
        int group = Panel.Group * TPanel.Rows;
        int last = (rows - 1) / group * group;
        for (int start = 0; start <= last; start += group)
        {
            int row = descending ? last - start : start;
            MultiplyGroup<TPanel>(
                matrix, row, Math.Min(rows - row, group), ref MemoryMarshal.GetReference(x),
                ref Panel.Offset(ref s, row), ref Unsafe.Add(ref output, row));
        }
    }

    /// <summary>
    /// Two products with matrices of as many rows, group of panels by group of panels: y = s + W·x, and q = V·h, or y = (s + W·x) + V·h
    /// where q is y. The bits are those of one after the other.
    /// </summary>
    /// <param name="first">W [M, K], not narrow</param>
    /// <param name="x">[K]</param>
    /// <param name="s">[M], or a null reference for zeros</param>
    /// <param name="second">V [M, L]</param>
    /// <param name="h">[L]</param>
    /// <param name="y">[M]</param>
    /// <param name="q">[M]; may be <paramref name="y"/></param>
    /// <param name="descending">whether the groups of four panels are taken from the last to the first</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void MultiplyPair<TPanel>(
        PackedMatrix first, ref float x, ref float s, PackedMatrix second, ref float h, ref float y, ref float q, bool descending)
        where TPanel : struct, IPanel<TPanel>
    {
        Debug.Assert(!first.IsNarrow && first.Rows == second.Rows && first.Kind == second.Kind, "two matrices of as many rows, in panels");
        ref float addend = ref Unsafe.AreSame(ref y, ref q) ? ref y : ref Unsafe.NullRef<float>();
        int rows = first.Rows;
        if (rows <= Panel.Group * TPanel.Rows && first.IsBanded && second.IsBanded)
        {
            // A small network's time goes into what stands around the products.
            MultiplyBand<TPanel>(rows, ref first.Start, ref x, first.Columns, ref s, ref y);
            MultiplyBand<TPanel>(rows, ref second.Start, ref h, second.Columns, ref addend, ref q);
        }
        else
        {
            MultiplyGroups<TPanel>(first, ref x, ref s, second, ref h, ref addend, ref y, ref q, descending);
        }
    }

    [MethodImpl(JitOptions.Loop)]
    private static void MultiplyGroups<TPanel>(
        PackedMatrix first, ref float x, ref float s, PackedMatrix second, ref float h, ref float addend, ref float y, ref float q,
        bool descending)
        where TPanel : struct, IPanel<TPanel>
    {
        int rows = first.Rows;
        int group = Panel.Group * TPanel.Rows;
        int last = (rows - 1) / group * group;
        for (int start = 0; start <= last; start += group)
        {
            int row = descending ? last - start : start;
            int taken = Math.Min(rows - row, group);
            MultiplyGroup<TPanel>(first, row, taken, ref x, ref Panel.Offset(ref s, row), ref Unsafe.Add(ref y, row));
            MultiplyGroup<TPanel>(second, row, taken, ref h, ref Panel.Offset(ref addend, row), ref Unsafe.Add(ref q, row));
        }
    }

    /// <summary>As many rows from <paramref name="row"/> on as a group has, or those that are left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyGroup<TPanel>(PackedMatrix matrix, int row, int rows, ref float x, ref float s, ref float y)
        where TPanel : struct, IPanel<TPanel>
    {
        nint steps = matrix.Columns;
        ref float w = ref Unsafe.Add(ref matrix.Start, row * steps);
        if (matrix.IsBanded)
        {
            MultiplyBand<TPanel>(rows, ref w, ref x, steps, ref s, ref y);
        }
        else if (rows == Panel.Group * TPanel.Rows)
        {
            FourBands<TPanel>(ref w, ref x, steps, ref s, ref y);
        }
        else
        {
            LastBands<TPanel>(rows, ref w, ref x, steps, ref s, ref y);
        }
    }

    /// <summary>The rows of one band of up to four panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyBand<TPanel>(int rows, ref float w, ref float x, nint steps, ref float s, ref float y)
        where TPanel : struct, IPanel<TPanel>
    {
        if (rows == Panel.Group * TPanel.Rows)
        {
            FourPanels<TPanel>(ref w, ref x, steps, ref s, ref y);
        }
        else if (rows == 3 * TPanel.Rows)
        {
            ThreePanels<TPanel>(ref w, ref x, steps, ref s, ref y);
        }
        else if (rows == 2 * TPanel.Rows)
        {
            TwoPanels<TPanel>(ref w, ref x, steps, ref s, ref y);
        }
        else if (rows == TPanel.Rows)
        {
            OnePanel<TPanel>(ref w, ref x, steps, ref s, ref y);
        }
        else
        {
            PartOfBand<TPanel>(rows, ref w, ref x, steps, ref s, ref y);
        }
    }

    [MethodImpl(JitOptions.Loop)]
    private static void FourPanels<TPanel>(ref float w, ref float x, nint steps, ref float s, ref float y)
        where TPanel : struct, IPanel<TPanel>
    {
        nint width = TPanel.Rows;
        TPanel a0 = default, a1 = default, a2 = default, a3 = default;
        for (; steps >= Unrolled; steps -= Unrolled)
        {
            AddColumn(TPanel.Factor(ref x), ref w, 0, width, ref a0, ref a1, ref a2, ref a3);
            AddColumn(TPanel.Factor(ref Unsafe.Add(ref x, 1)), ref w, 4 * width, width, ref a0, ref a1, ref a2, ref a3);
            AddColumn(TPanel.Factor(ref Unsafe.Add(ref x, 2)), ref w, 8 * width, width, ref a0, ref a1, ref a2, ref a3);
            AddColumn(TPanel.Factor(ref Unsafe.Add(ref x, 3)), ref w, 12 * width, width, ref a0, ref a1, ref a2, ref a3);
            x = ref Unsafe.Add(ref x, Unrolled);
            w = ref Unsafe.Add(ref w, 4 * Unrolled * width);
        }

        for (; steps > 0; steps--)
        {
            AddColumn(TPanel.Factor(ref x), ref w, 0, width, ref a0, ref a1, ref a2, ref a3);
            x = ref Unsafe.Add(ref x, 1);
            w = ref Unsafe.Add(ref w, 4 * width);
        }

        Panel.Store(a0, ref s, 0, ref y, 0);
        Panel.Store(a1, ref s, TPanel.Rows, ref y, TPanel.Rows);
        Panel.Store(a2, ref s, 2 * TPanel.Rows, ref y, 2 * TPanel.Rows);
        Panel.Store(a3, ref s, 3 * TPanel.Rows, ref y, 3 * TPanel.Rows);
    }

    /// <summary>Four panels, each of them a band.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void FourBands<TPanel>(ref float w, ref float x, nint steps, ref float s, ref float y)
        where TPanel : struct, IPanel<TPanel>
    {
        nint width = TPanel.Rows;
        nint end = steps * width;
        ref float w1 = ref Unsafe.Add(ref w, end);
        ref float w2 = ref Unsafe.Add(ref w1, end);
        ref float w3 = ref Unsafe.Add(ref w2, end);
        TPanel a0 = default, a1 = default, a2 = default, a3 = default;
        nint k = 0;
        for (; k <= end - Unrolled * width; k += Unrolled * width)
        {
            AddColumns(TPanel.Factor(ref x), ref w, ref w1, ref w2, ref w3, k, ref a0, ref a1, ref a2, ref a3);
            AddColumns(TPanel.Factor(ref Unsafe.Add(ref x, 1)), ref w, ref w1, ref w2, ref w3, k + width, ref a0, ref a1, ref a2, ref a3);
            AddColumns(
                TPanel.Factor(ref Unsafe.Add(ref x, 2)), ref w, ref w1, ref w2, ref w3, k + 2 * width, ref a0, ref a1, ref a2, ref a3);
            AddColumns(
                TPanel.Factor(ref Unsafe.Add(ref x, 3)), ref w, ref w1, ref w2, ref w3, k + 3 * width, ref a0, ref a1, ref a2, ref a3);
            x = ref Unsafe.Add(ref x, Unrolled);
        }

        for (; k < end; k += width)
        {
            AddColumns(TPanel.Factor(ref x), ref w, ref w1, ref w2, ref w3, k, ref a0, ref a1, ref a2, ref a3);
            x = ref Unsafe.Add(ref x, 1);
        }

        Panel.Store(a0, ref s, 0, ref y, 0);
        Panel.Store(a1, ref s, width, ref y, width);
        Panel.Store(a2, ref s, 2 * width, ref y, 2 * width);
        Panel.Store(a3, ref s, 3 * width, ref y, 3 * width);
    }

    /// <summary>A column of four panels that stand side by side, times an x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddColumn<TPanel>(
        TPanel factor, ref float w, nint offset, nint width, ref TPanel a0, ref TPanel a1, ref TPanel a2, ref TPanel a3)
        where TPanel : struct, IPanel<TPanel>
    {
        a0.AddProduct(factor, ref w, offset);
        a1.AddProduct(factor, ref w, offset + width);
        a2.AddProduct(factor, ref w, offset + 2 * width);
        a3.AddProduct(factor, ref w, offset + 3 * width);
    }

    /// <summary>A column of four panels that stand apart, times an x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddColumns<TPanel>(
        TPanel factor, ref float w0, ref float w1, ref float w2, ref float w3, nint offset,
        ref TPanel a0, ref TPanel a1, ref TPanel a2, ref TPanel a3)
        where TPanel : struct, IPanel<TPanel>
    {
        a0.AddProduct(factor, ref w0, offset);
        a1.AddProduct(factor, ref w1, offset);
        a2.AddProduct(factor, ref w2, offset);
        a3.AddProduct(factor, ref w3, offset);
    }

    /// <summary>Three panels, with two chains a sum.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void ThreePanels<TPanel>(ref float w, ref float x, nint steps, ref float s, ref float y)
        where TPanel : struct, IPanel<TPanel>
    {
        nint width = TPanel.Rows;
        TPanel a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default;
        for (; steps >= 2; steps -= 2)
        {
            TPanel even = TPanel.Factor(ref x);
            a0.AddProduct(even, ref w, 0);
            a1.AddProduct(even, ref w, width);
            a2.AddProduct(even, ref w, 2 * width);
            TPanel odd = TPanel.Factor(ref Unsafe.Add(ref x, 1));
            b0.AddProduct(odd, ref w, 3 * width);
            b1.AddProduct(odd, ref w, 4 * width);
            b2.AddProduct(odd, ref w, 5 * width);
            x = ref Unsafe.Add(ref x, 2);
            w = ref Unsafe.Add(ref w, 6 * width);
        }

        if (steps > 0)
        {
            TPanel last = TPanel.Factor(ref x);
            a0.AddProduct(last, ref w, 0);
            a1.AddProduct(last, ref w, width);
            a2.AddProduct(last, ref w, 2 * width);
        }

        Panel.AddTo(ref s, 0, ref a0);
        Panel.AddTo(ref s, width, ref a1);
        Panel.AddTo(ref s, 2 * width, ref a2);
        a0.Add(b0);
        a1.Add(b1);
        a2.Add(b2);
        a0.Store(ref y, 0);
        a1.Store(ref y, width);
        a2.Store(ref y, 2 * width);
    }

    /// <summary>Two panels, with two chains a sum.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void TwoPanels<TPanel>(ref float w, ref float x, nint steps, ref float s, ref float y)
        where TPanel : struct, IPanel<TPanel>
    {
        nint width = TPanel.Rows;
        TPanel a0 = default, a1 = default, b0 = default, b1 = default;
        for (; steps >= Unrolled; steps -= Unrolled)
        {
            AddPair(ref x, ref w, width, ref a0, ref a1, ref b0, ref b1);
            AddPair(ref Unsafe.Add(ref x, 2), ref Unsafe.Add(ref w, 4 * width), width, ref a0, ref a1, ref b0, ref b1);
            x = ref Unsafe.Add(ref x, Unrolled);
            w = ref Unsafe.Add(ref w, 2 * Unrolled * width);
        }

        if (steps >= 2)
        {
            AddPair(ref x, ref w, width, ref a0, ref a1, ref b0, ref b1);
            x = ref Unsafe.Add(ref x, 2);
            w = ref Unsafe.Add(ref w, 4 * width);
            steps -= 2;
        }

        if (steps > 0)
        {
            TPanel last = TPanel.Factor(ref x);
            a0.AddProduct(last, ref w, 0);
            a1.AddProduct(last, ref w, width);
        }

        Panel.AddTo(ref s, 0, ref a0);
        Panel.AddTo(ref s, width, ref a1);
        a0.Add(b0);
        a1.Add(b1);
        a0.Store(ref y, 0);
        a1.Store(ref y, width);
    }

    /// <summary>Two columns of two panels, one for each chain of a sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddPair<TPanel>(
        ref float x, ref float w, nint width, ref TPanel a0, ref TPanel a1, ref TPanel b0, ref TPanel b1)
        where TPanel : struct, IPanel<TPanel>
    {
        TPanel even = TPanel.Factor(ref x);
        a0.AddProduct(even, ref w, 0);
        a1.AddProduct(even, ref w, width);
        TPanel odd = TPanel.Factor(ref Unsafe.Add(ref x, 1));
        b0.AddProduct(odd, ref w, 2 * width);
        b1.AddProduct(odd, ref w, 3 * width);
    }

    /// <summary>One panel, with four chains a sum.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void OnePanel<TPanel>(ref float w, ref float x, nint steps, ref float s, ref float y)
        where TPanel : struct, IPanel<TPanel>
    {
        nint width = TPanel.Rows;
        TPanel a = default, b = default, c = default, d = default;
        for (; steps >= 4; steps -= 4)
        {
            a.AddProduct(TPanel.Factor(ref x), ref w, 0);
            b.AddProduct(TPanel.Factor(ref Unsafe.Add(ref x, 1)), ref w, width);
            c.AddProduct(TPanel.Factor(ref Unsafe.Add(ref x, 2)), ref w, 2 * width);
            d.AddProduct(TPanel.Factor(ref Unsafe.Add(ref x, 3)), ref w, 3 * width);
            x = ref Unsafe.Add(ref x, 4);
            w = ref Unsafe.Add(ref w, 4 * width);
        }

        if (steps > 0)
        {
            a.AddProduct(TPanel.Factor(ref x), ref w, 0);
        }

        if (steps > 1)
        {
            b.AddProduct(TPanel.Factor(ref Unsafe.Add(ref x, 1)), ref w, width);
        }

        if (steps > 2)
        {
            c.AddProduct(TPanel.Factor(ref Unsafe.Add(ref x, 2)), ref w, 2 * width);
        }

        Panel.AddTo(ref s, 0, ref a);
        a.Add(b);
        a.Add(c);
        a.Add(d);
        a.Store(ref y, 0);
    }

    /// <summary>A band whose last panel the rows do not fill.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void PartOfBand<TPanel>(int rows, ref float w, ref float x, nint steps, ref float s, ref float y)
        where TPanel : struct, IPanel<TPanel>
    {
        var tile = default(Tile<TPanel>);
        ref float addend = ref tile.Read(1, rows, ref s, 0);
        int filled = (rows + TPanel.Rows - 1) / TPanel.Rows * TPanel.Rows;
        MultiplyBand<TPanel>(filled, ref w, ref x, steps, ref addend, ref tile.Start);
        tile.Write(1, rows, ref y, 0);
    }

    /// <summary>The last panels, fewer than four, of a matrix whose panels are bands by themselves: one chain a sum.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void LastBands<TPanel>(int rows, ref float w, ref float x, nint steps, ref float s, ref float y)
        where TPanel : struct, IPanel<TPanel>
    {
        var tile = default(Tile<TPanel>);
        int width = TPanel.Rows;
        for (int row = 0; row < rows; row += width)
        {
            int taken = Math.Min(width, rows - row);
            ref float addend = ref tile.Read(1, taken, ref Panel.Offset(ref s, row), 0);
            ref float band = ref Unsafe.Add(ref w, row * steps);
            TPanel sums = default;
            for (nint k = 0; k < steps; k++)
            {
                sums.AddProduct(TPanel.Factor(ref Unsafe.Add(ref x, k)), ref band, k * width);
            }

            Panel.Store(sums, ref addend, 0, ref tile.Start, 0);
            tile.Write(1, taken, ref Unsafe.Add(ref y, row), 0);
        }
    }
}
