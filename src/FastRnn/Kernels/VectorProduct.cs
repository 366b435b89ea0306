using System.Diagnostics;
using System.Numerics;
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
    [MethodImpl(JitOptions.Loop)]
    internal static void Multiply(PackedMatrix matrix, ReadOnlySpan<float> x, ReadOnlySpan<float> addend, Span<float> y)
    {
        Debug.Assert(!matrix.IsNarrow && x.Length == matrix.Columns && y.Length == matrix.Rows, "x must be [K], y [M]");
        Debug.Assert(addend.IsEmpty || addend.Length == y.Length, "addend must be empty or [M]");
        ref float w = ref MemoryMarshal.GetReference(matrix.Values);
        ref float input = ref MemoryMarshal.GetReference(x);
        ref float s = ref addend.IsEmpty ? ref Unsafe.NullRef<float>() : ref MemoryMarshal.GetReference(addend);
        ref float output = ref MemoryMarshal.GetReference(y);
        int rows = y.Length;
        for (; rows >= Panel.GroupRows; rows -= Panel.GroupRows)
        {
            if (matrix.IsBanded)
            {
                FourPanels(ref w, ref input, x.Length, ref s, ref output);
            }
            else
            {
                FourBands(ref w, ref input, x.Length, ref s, ref output);
            }

            w = ref Unsafe.Add(ref w, Panel.GroupRows * (nint)x.Length);
            s = ref Panel.Offset(ref s, Panel.GroupRows);
            output = ref Unsafe.Add(ref output, Panel.GroupRows);
        }

        // Panels that are left: together where they are one band, one by one where each is a band.
        int band = matrix.IsBanded ? Panel.GroupRows : Panel.Rows;
        for (; rows > 0; rows -= band)
        {
            int taken = Math.Min(rows, band);
            if (taken % Panel.Rows == 0)
            {
                LastPanels(taken / Panel.Rows, ref w, ref input, x.Length, ref s, ref output);
            }
            else
            {
                PartOfBand(taken, ref w, ref input, x.Length, ref s, ref output);
            }

            w = ref Unsafe.Add(ref w, band * (nint)x.Length);
            s = ref Panel.Offset(ref s, band);
            output = ref Unsafe.Add(ref output, band);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LastPanels(int panels, ref float w, ref float x, nint steps, ref float s, ref float y)
    {
        switch (panels)
        {
            case 1:
                OnePanel(ref w, ref x, steps, ref s, ref y);
                break;
            case 2:
                TwoPanels(ref w, ref x, steps, ref s, ref y);
                break;
            case 3:
                ThreePanels(ref w, ref x, steps, ref s, ref y);
                break;
            default:
                FourPanels(ref w, ref x, steps, ref s, ref y);
                break;
        }
    }

    [MethodImpl(JitOptions.Loop)]
    private static void FourPanels(ref float w, ref float x, nint steps, ref float s, ref float y)
    {
        PanelSums a0 = default, a1 = default, a2 = default, a3 = default;
        for (; steps > 0; steps--)
        {
            var b = new Vector<float>(x);
            a0.Add(b, ref w, 0);
            a1.Add(b, ref w, Panel.Rows);
            a2.Add(b, ref w, 2 * Panel.Rows);
            a3.Add(b, ref w, 3 * Panel.Rows);
            x = ref Unsafe.Add(ref x, 1);
            w = ref Unsafe.Add(ref w, 4 * Panel.Rows);
        }

        a0.Store(ref s, 0, ref y, 0);
        a1.Store(ref s, Panel.Rows, ref y, Panel.Rows);
        a2.Store(ref s, 2 * Panel.Rows, ref y, 2 * Panel.Rows);
        a3.Store(ref s, 3 * Panel.Rows, ref y, 3 * Panel.Rows);
    }

    /// <summary>Four panels, each of them a band.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void FourBands(ref float w, ref float x, nint steps, ref float s, ref float y)
    {
        nint end = steps * Panel.Rows;
        ref float w1 = ref Unsafe.Add(ref w, end);
        ref float w2 = ref Unsafe.Add(ref w1, end);
        ref float w3 = ref Unsafe.Add(ref w2, end);
        PanelSums a0 = default, a1 = default, a2 = default, a3 = default;
        for (nint k = 0; k < end; k += Panel.Rows)
        {
            var b = new Vector<float>(x);
            a0.Add(b, ref w, k);
            a1.Add(b, ref w1, k);
            a2.Add(b, ref w2, k);
            a3.Add(b, ref w3, k);
            x = ref Unsafe.Add(ref x, 1);
        }

        a0.Store(ref s, 0, ref y, 0);
        a1.Store(ref s, Panel.Rows, ref y, Panel.Rows);
        a2.Store(ref s, 2 * Panel.Rows, ref y, 2 * Panel.Rows);
        a3.Store(ref s, 3 * Panel.Rows, ref y, 3 * Panel.Rows);
    }

    [MethodImpl(JitOptions.Loop)]
    private static void ThreePanels(ref float w, ref float x, nint steps, ref float s, ref float y)
    {
        PanelSums a0 = default, a1 = default, a2 = default;
        for (; steps > 0; steps--)
        {
            var b = new Vector<float>(x);
            a0.Add(b, ref w, 0);
            a1.Add(b, ref w, Panel.Rows);
            a2.Add(b, ref w, 2 * Panel.Rows);
            x = ref Unsafe.Add(ref x, 1);
            w = ref Unsafe.Add(ref w, 3 * Panel.Rows);
        }

        a0.Store(ref s, 0, ref y, 0);
        a1.Store(ref s, Panel.Rows, ref y, Panel.Rows);
        a2.Store(ref s, 2 * Panel.Rows, ref y, 2 * Panel.Rows);
    }

    [MethodImpl(JitOptions.Loop)]
    private static void TwoPanels(ref float w, ref float x, nint steps, ref float s, ref float y)
    {
        PanelSums a0 = default, a1 = default;
        for (; steps > 0; steps--)
        {
            var b = new Vector<float>(x);
            a0.Add(b, ref w, 0);
            a1.Add(b, ref w, Panel.Rows);
            x = ref Unsafe.Add(ref x, 1);
            w = ref Unsafe.Add(ref w, 2 * Panel.Rows);
        }

        a0.Store(ref s, 0, ref y, 0);
        a1.Store(ref s, Panel.Rows, ref y, Panel.Rows);
    }

    [MethodImpl(JitOptions.Loop)]
    private static void OnePanel(ref float w, ref float x, nint steps, ref float s, ref float y)
    {
        PanelSums a0 = default;
        for (; steps > 0; steps--)
        {
            a0.Add(new Vector<float>(x), ref w, 0);
            x = ref Unsafe.Add(ref x, 1);
            w = ref Unsafe.Add(ref w, Panel.Rows);
        }

        a0.Store(ref s, 0, ref y, 0);
    }

    /// <summary>A band whose last panel the rows do not fill.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void PartOfBand(int rows, ref float w, ref float x, nint steps, ref float s, ref float y)
    {
        var tile = default(Tile);
        LastPanels((rows + Panel.Rows - 1) / Panel.Rows, ref w, ref x, steps, ref Unsafe.NullRef<float>(), ref tile.Start);
        tile.Write(1, rows, ref s, 0, ref y, 0);
    }
}
