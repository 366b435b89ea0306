using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRnn.Kernels;

/// <summary>One input vector times a matrix in panels: y = s + W·x.</summary>
/// <remarks>
/// Up to four panels are taken at once: their 8 accumulators are 8 independent chains of multiply-adds, as many as a core
/// with two units and a latency of four cycles can keep busy, and the loads are eight weights and one broadcast for eight multiply-adds.
/// The loops are methods of their own: see <see cref="JitOptions"/>.
/// </remarks>
internal static class VectorProduct
{
    /// <param name="matrix">W [M, K], not narrow.</param>
    /// <param name="x">[K]</param>
    /// <param name="addend">s [M], added to each finished sum; empty for none. May be <paramref name="y"/>.</param>
    /// <param name="y">[M]</param>
    /// <param name="backwards">whether the groups of four panels are taken from the last to the first</param>
    [MethodImpl(JitOptions.Loop)]
    internal static void Multiply<TVector>(
        PackedMatrix matrix, ReadOnlySpan<float> x, ReadOnlySpan<float> addend, Span<float> y, bool backwards)
        where TVector : struct, IVector<TVector>
    {
        Debug.Assert(!matrix.IsNarrow && x.Length == matrix.Columns && y.Length == matrix.Rows, "x must be [K], y [M]");
        Debug.Assert(addend.IsEmpty || addend.Length == y.Length, "addend must be empty or [M]");
        ref float s = ref addend.IsEmpty ? ref Unsafe.NullRef<float>() : ref MemoryMarshal.GetReference(addend);
        ref float output = ref MemoryMarshal.GetReference(y);
        int rows = y.Length;
        int group = Panel.GroupRows<TVector>();
        int last = (rows - 1) / group * group;
        for (int start = 0; start <= last; start += group)
        {
            int row = backwards ? last - start : start;
            MultiplyGroup<TVector>(
                matrix, row, Math.Min(rows - row, group), ref MemoryMarshal.GetReference(x),
                ref Panel.Offset(ref s, row), ref Unsafe.Add(ref output, row));
        }
    }

    /// <summary>
    /// Two products with matrices of as many rows, group of panels by group of panels: y = s + W·x, and q = V·h, or y = (s + W·x) + V·h where
    /// q is y. The bits are those of one after the other.
    /// </summary>
    /// <param name="first">W [M, K], not narrow</param>
    /// <param name="x">[K]</param>
    /// <param name="s">[M], or a null reference for zeros</param>
    /// <param name="second">V [M, L]</param>
    /// <param name="h">[L]</param>
    /// <param name="y">[M]</param>
    /// <param name="q">[M]; may be <paramref name="y"/></param>
    /// <param name="backwards">whether the groups of four panels are taken from the last to the first</param>
    [MethodImpl(JitOptions.Loop)]
    internal static void MultiplyPair<TVector>(
        PackedMatrix first, ref float x, ref float s, PackedMatrix second, ref float h, ref float y, ref float q, bool backwards)
        where TVector : struct, IVector<TVector>
    {
        Debug.Assert(!first.IsNarrow && first.Rows == second.Rows, "two matrices of as many rows, in panels");
        ref float addend = ref Unsafe.AreSame(ref y, ref q) ? ref y : ref Unsafe.NullRef<float>();
        int rows = first.Rows;
        int group = Panel.GroupRows<TVector>();
        int last = (rows - 1) / group * group;
        for (int start = 0; start <= last; start += group)
        {
            int row = backwards ? last - start : start;
            int taken = Math.Min(rows - row, group);
            MultiplyGroup<TVector>(first, row, taken, ref x, ref Panel.Offset(ref s, row), ref Unsafe.Add(ref y, row));
            MultiplyGroup<TVector>(second, row, taken, ref h, ref Panel.Offset(ref addend, row), ref Unsafe.Add(ref q, row));
        }
    }

    /// <summary>As many rows from <paramref name="row"/> on as a group has, or those that are left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyGroup<TVector>(PackedMatrix matrix, int row, int rows, ref float x, ref float s, ref float y)
        where TVector : struct, IVector<TVector>
    {
        nint steps = matrix.Columns;
        ref float w = ref Unsafe.Add(ref matrix.Start, row * steps);
        if (matrix.IsBanded)
        {
            MultiplyBand<TVector>(rows, ref w, ref x, steps, ref s, ref y);
        }
        else if (rows == Panel.GroupRows<TVector>())
        {
            FourBands<TVector>(ref w, ref x, steps, ref s, ref y);
        }
        else
        {
            LastBands<TVector>(rows, ref w, ref x, steps, ref s, ref y);
        }
    }

    /// <summary>The rows of one band of up to four panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyBand<TVector>(int rows, ref float w, ref float x, nint steps, ref float s, ref float y)
        where TVector : struct, IVector<TVector>
    {
        if (rows == Panel.GroupRows<TVector>())
        {
            FourPanels<TVector>(ref w, ref x, steps, ref s, ref y);
        }
        else if (rows == 3 * Panel.Rows<TVector>())
        {
            ThreePanels<TVector>(ref w, ref x, steps, ref s, ref y);
        }
        else if (rows == 2 * Panel.Rows<TVector>())
        {
            TwoPanels<TVector>(ref w, ref x, steps, ref s, ref y);
        }
        else if (rows == Panel.Rows<TVector>())
        {
            OnePanel<TVector>(ref w, ref x, steps, ref s, ref y);
        }
        else
        {
            PartOfBand<TVector>(rows, ref w, ref x, steps, ref s, ref y);
        }
    }

    [MethodImpl(JitOptions.Loop)]
    private static void FourPanels<TVector>(ref float w, ref float x, nint steps, ref float s, ref float y)
        where TVector : struct, IVector<TVector>
    {
        PanelSums<TVector> a0 = default, a1 = default, a2 = default, a3 = default;
        for (; steps > 0; steps--)
        {
            TVector b = TVector.Create(x);
            a0.Add(b, ref w, 0);
            a1.Add(b, ref w, Panel.Rows<TVector>());
            a2.Add(b, ref w, 2 * Panel.Rows<TVector>());
            a3.Add(b, ref w, 3 * Panel.Rows<TVector>());
            x = ref Unsafe.Add(ref x, 1);
            w = ref Unsafe.Add(ref w, 4 * Panel.Rows<TVector>());
        }

        a0.Store(ref s, 0, ref y, 0);
        a1.Store(ref s, Panel.Rows<TVector>(), ref y, Panel.Rows<TVector>());
        a2.Store(ref s, 2 * Panel.Rows<TVector>(), ref y, 2 * Panel.Rows<TVector>());
        a3.Store(ref s, 3 * Panel.Rows<TVector>(), ref y, 3 * Panel.Rows<TVector>());
    }

    /// <summary>Four panels, each of them a band.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void FourBands<TVector>(ref float w, ref float x, nint steps, ref float s, ref float y)
        where TVector : struct, IVector<TVector>
    {
        nint end = steps * Panel.Rows<TVector>();
        ref float w1 = ref Unsafe.Add(ref w, end);
        ref float w2 = ref Unsafe.Add(ref w1, end);
        ref float w3 = ref Unsafe.Add(ref w2, end);
        PanelSums<TVector> a0 = default, a1 = default, a2 = default, a3 = default;
        for (nint k = 0; k < end; k += Panel.Rows<TVector>())
        {
            TVector b = TVector.Create(x);
            a0.Add(b, ref w, k);
            a1.Add(b, ref w1, k);
            a2.Add(b, ref w2, k);
            a3.Add(b, ref w3, k);
            x = ref Unsafe.Add(ref x, 1);
        }

        a0.Store(ref s, 0, ref y, 0);
        a1.Store(ref s, Panel.Rows<TVector>(), ref y, Panel.Rows<TVector>());
        a2.Store(ref s, 2 * Panel.Rows<TVector>(), ref y, 2 * Panel.Rows<TVector>());
        a3.Store(ref s, 3 * Panel.Rows<TVector>(), ref y, 3 * Panel.Rows<TVector>());
    }

    /// <summary>Three panels, with two chains a sum.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void ThreePanels<TVector>(ref float w, ref float x, nint steps, ref float s, ref float y)
        where TVector : struct, IVector<TVector>
    {
        nint width = Panel.Rows<TVector>();
        PanelSums<TVector> a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default;
        for (; steps >= 2; steps -= 2)
        {
            TVector even = TVector.Create(x);
            a0.Add(even, ref w, 0);
            a1.Add(even, ref w, width);
            a2.Add(even, ref w, 2 * width);
            TVector odd = TVector.Create(Unsafe.Add(ref x, 1));
            b0.Add(odd, ref w, 3 * width);
            b1.Add(odd, ref w, 4 * width);
            b2.Add(odd, ref w, 5 * width);
            x = ref Unsafe.Add(ref x, 2);
            w = ref Unsafe.Add(ref w, 6 * width);
        }

        if (steps > 0)
        {
            TVector last = TVector.Create(x);
            a0.Add(last, ref w, 0);
            a1.Add(last, ref w, width);
            a2.Add(last, ref w, 2 * width);
        }

        a0.AddTo(ref s, 0);
        a1.AddTo(ref s, width);
        a2.AddTo(ref s, 2 * width);
        a0.Add(b0);
        a1.Add(b1);
        a2.Add(b2);
        a0.Store(ref y, 0);
        a1.Store(ref y, width);
        a2.Store(ref y, 2 * width);
    }

    /// <summary>Two panels, with two chains a sum.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void TwoPanels<TVector>(ref float w, ref float x, nint steps, ref float s, ref float y)
        where TVector : struct, IVector<TVector>
    {
        nint width = Panel.Rows<TVector>();
        PanelSums<TVector> a0 = default, a1 = default, b0 = default, b1 = default;
        for (; steps >= 2; steps -= 2)
        {
            TVector even = TVector.Create(x);
            a0.Add(even, ref w, 0);
            a1.Add(even, ref w, width);
            TVector odd = TVector.Create(Unsafe.Add(ref x, 1));
            b0.Add(odd, ref w, 2 * width);
            b1.Add(odd, ref w, 3 * width);
            x = ref Unsafe.Add(ref x, 2);
            w = ref Unsafe.Add(ref w, 4 * width);
        }

        if (steps > 0)
        {
            TVector last = TVector.Create(x);
            a0.Add(last, ref w, 0);
            a1.Add(last, ref w, width);
        }

        a0.AddTo(ref s, 0);
        a1.AddTo(ref s, width);
        a0.Add(b0);
        a1.Add(b1);
        a0.Store(ref y, 0);
        a1.Store(ref y, width);
    }

    /// <summary>One panel, with four chains a sum.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void OnePanel<TVector>(ref float w, ref float x, nint steps, ref float s, ref float y)
        where TVector : struct, IVector<TVector>
    {
        nint width = Panel.Rows<TVector>();
        PanelSums<TVector> a = default, b = default, c = default, d = default;
        for (; steps >= 4; steps -= 4)
        {
            a.Add(TVector.Create(x), ref w, 0);
            b.Add(TVector.Create(Unsafe.Add(ref x, 1)), ref w, width);
            c.Add(TVector.Create(Unsafe.Add(ref x, 2)), ref w, 2 * width);
            d.Add(TVector.Create(Unsafe.Add(ref x, 3)), ref w, 3 * width);
            x = ref Unsafe.Add(ref x, 4);
            w = ref Unsafe.Add(ref w, 4 * width);
        }

        if (steps > 0)
        {
            a.Add(TVector.Create(x), ref w, 0);
        }

        if (steps > 1)
        {
            b.Add(TVector.Create(Unsafe.Add(ref x, 1)), ref w, width);
        }

        if (steps > 2)
        {
            c.Add(TVector.Create(Unsafe.Add(ref x, 2)), ref w, 2 * width);
        }

        a.AddTo(ref s, 0);
        a.Add(b);
        a.Add(c);
        a.Add(d);
        a.Store(ref y, 0);
    }

    /// <summary>A band whose last panel the rows do not fill.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void PartOfBand<TVector>(int rows, ref float w, ref float x, nint steps, ref float s, ref float y)
        where TVector : struct, IVector<TVector>
    {
        var tile = default(Tile<TVector>);
        ref float addend = ref tile.ReadRow(rows, ref s);
        int filled = (rows + Panel.Rows<TVector>() - 1) / Panel.Rows<TVector>() * Panel.Rows<TVector>();
        MultiplyBand<TVector>(filled, ref w, ref x, steps, ref addend, ref tile.Start);
        tile.WriteRow(rows, ref y);
    }

    /// <summary>The last panels, fewer than four, of a matrix whose panels are bands by themselves: one chain a sum.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void LastBands<TVector>(int rows, ref float w, ref float x, nint steps, ref float s, ref float y)
        where TVector : struct, IVector<TVector>
    {
        var tile = default(Tile<TVector>);
        int width = Panel.Rows<TVector>();
        for (int row = 0; row < rows; row += width)
        {
            int taken = Math.Min(width, rows - row);
            ref float addend = ref tile.ReadRow(taken, ref Panel.Offset(ref s, row));
            ref float band = ref Unsafe.Add(ref w, row * steps);
            PanelSums<TVector> sums = default;
            for (nint k = 0; k < steps; k++)
            {
                sums.Add(TVector.Create(Unsafe.Add(ref x, k)), ref band, k * width);
            }

            sums.Store(ref addend, 0, ref tile.Start, 0);
            tile.WriteRow(taken, ref Unsafe.Add(ref y, row));
        }
    }
}
