using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRnn.Kernels;

/// <summary>One input vector times a matrix in panels: y = s + W·x.</summary>
/// <remarks>
/// Four panels are walked side by side: their 8 accumulators are 8 independent chains of multiply-adds, as many as a core with
/// two units and a latency of four cycles can keep busy, and the loads are eight weights and one broadcast for eight multiply-adds.
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
        nint panelLength = matrix.PanelLength;
        int rows = y.Length;
        for (; rows >= 4 * Panel.Rows; rows -= 4 * Panel.Rows)
        {
            FourPanels(ref w, panelLength, ref input, x.Length, ref s, ref output);
            w = ref Unsafe.Add(ref w, 4 * panelLength);
            s = ref Panel.Offset(ref s, 4 * Panel.Rows);
            output = ref Unsafe.Add(ref output, 4 * Panel.Rows);
        }

        if (rows >= 2 * Panel.Rows)
        {
            TwoPanels(ref w, panelLength, ref input, x.Length, ref s, ref output);
            w = ref Unsafe.Add(ref w, 2 * panelLength);
            s = ref Panel.Offset(ref s, 2 * Panel.Rows);
            output = ref Unsafe.Add(ref output, 2 * Panel.Rows);
            rows -= 2 * Panel.Rows;
        }

        if (rows >= Panel.Rows)
        {
            OnePanel(ref w, ref input, x.Length, ref s, ref output);
            w = ref Unsafe.Add(ref w, panelLength);
            s = ref Panel.Offset(ref s, Panel.Rows);
            output = ref Unsafe.Add(ref output, Panel.Rows);
            rows -= Panel.Rows;
        }

        if (rows > 0)
        {
            PartOfPanel(ref w, ref input, x.Length, ref s, ref output, rows);
        }
    }

    [MethodImpl(JitOptions.Loop)]
    private static void FourPanels(ref float w, nint panelLength, ref float x, nint steps, ref float s, ref float y)
    {
        ref float w1 = ref Unsafe.Add(ref w, panelLength);
        ref float w2 = ref Unsafe.Add(ref w1, panelLength);
        ref float w3 = ref Unsafe.Add(ref w2, panelLength);
        PanelSums a0 = default, a1 = default, a2 = default, a3 = default;
        nint end = steps * Panel.Rows;
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
    private static void TwoPanels(ref float w, nint panelLength, ref float x, nint steps, ref float s, ref float y)
    {
        ref float w1 = ref Unsafe.Add(ref w, panelLength);
        PanelSums a0 = default, a1 = default;
        nint end = steps * Panel.Rows;
        for (nint k = 0; k < end; k += Panel.Rows)
        {
            var b = new Vector<float>(x);
            a0.Add(b, ref w, k);
            a1.Add(b, ref w1, k);
            x = ref Unsafe.Add(ref x, 1);
        }

        a0.Store(ref s, 0, ref y, 0);
        a1.Store(ref s, Panel.Rows, ref y, Panel.Rows);
    }

    [MethodImpl(JitOptions.Loop)]
    private static void OnePanel(ref float w, ref float x, nint steps, ref float s, ref float y)
    {
        PanelSums a0 = default;
        nint end = steps * Panel.Rows;
        for (nint k = 0; k < end; k += Panel.Rows)
        {
            var b = new Vector<float>(x);
            a0.Add(b, ref w, k);
            x = ref Unsafe.Add(ref x, 1);
        }

        a0.Store(ref s, 0, ref y, 0);
    }

    /// <summary>The last panel of a matrix whose rows do not fill it.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void PartOfPanel(ref float w, ref float x, nint steps, ref float s, ref float y, int rows)
    {
        var tile = default(Tile);
        OnePanel(ref w, ref x, steps, ref Unsafe.NullRef<float>(), ref tile.Start);
        tile.Write(1, rows, ref s, 0, ref y, 0);
    }
}
