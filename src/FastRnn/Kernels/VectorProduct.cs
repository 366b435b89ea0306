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
    [MethodImpl(JitOptions.Loop)]
    internal static void Multiply<TVector>(PackedMatrix matrix, ReadOnlySpan<float> x, ReadOnlySpan<float> addend, Span<float> y)
        where TVector : struct, IVector<TVector>
    {
        Debug.Assert(!matrix.IsNarrow && x.Length == matrix.Columns && y.Length == matrix.Rows, "x must be [K], y [M]");
        Debug.Assert(addend.IsEmpty || addend.Length == y.Length, "addend must be empty or [M]");
        ref float w = ref MemoryMarshal.GetReference(matrix.Values);
        ref float input = ref MemoryMarshal.GetReference(x);
        ref float s = ref addend.IsEmpty ? ref Unsafe.NullRef<float>() : ref MemoryMarshal.GetReference(addend);
        ref float output = ref MemoryMarshal.GetReference(y);
        int rows = y.Length;
        for (; rows >= Panel.GroupRows<TVector>(); rows -= Panel.GroupRows<TVector>())
        {
            if (matrix.IsBanded)
            {
                FourPanels<TVector>(ref w, ref input, x.Length, ref s, ref output);
            }
            else
            {
                FourBands<TVector>(ref w, ref input, x.Length, ref s, ref output);
            }

            w = ref Unsafe.Add(ref w, Panel.GroupRows<TVector>() * (nint)x.Length);
            s = ref Panel.Offset(ref s, Panel.GroupRows<TVector>());
            output = ref Unsafe.Add(ref output, Panel.GroupRows<TVector>());
        }

        // Panels that are left: together where they are one band, one by one where each is a band.
        int band = matrix.IsBanded ? Panel.GroupRows<TVector>() : Panel.Rows<TVector>();
        for (; rows > 0; rows -= band)
        {
            int taken = Math.Min(rows, band);
            if (taken % Panel.Rows<TVector>() == 0)
            {
                LastPanels<TVector>(taken / Panel.Rows<TVector>(), matrix.IsBanded, ref w, ref input, x.Length, ref s, ref output);
            }
            else
            {
                PartOfBand<TVector>(taken, matrix.IsBanded, ref w, ref input, x.Length, ref s, ref output);
            }

            w = ref Unsafe.Add(ref w, band * (nint)x.Length);
            s = ref Panel.Offset(ref s, band);
            output = ref Unsafe.Add(ref output, band);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LastPanels<TVector>(int panels, bool isBanded, ref float w, ref float x, nint steps, ref float s, ref float y)
        where TVector : struct, IVector<TVector>
    {
        switch (panels)
        {
            case 1 when !isBanded:
                OneBand<TVector>(ref w, ref x, steps, ref s, ref y);
                break;
            case 1:
                OnePanel<TVector>(ref w, ref x, steps, ref s, ref y);
                break;
            case 2:
                TwoPanels<TVector>(ref w, ref x, steps, ref s, ref y);
                break;
            case 3:
                ThreePanels<TVector>(ref w, ref x, steps, ref s, ref y);
                break;
            default:
                FourPanels<TVector>(ref w, ref x, steps, ref s, ref y);
                break;
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

    [MethodImpl(JitOptions.Loop)]
    private static void ThreePanels<TVector>(ref float w, ref float x, nint steps, ref float s, ref float y)
        where TVector : struct, IVector<TVector>
    {
        PanelSums<TVector> a0 = default, a1 = default, a2 = default;
        for (; steps > 0; steps--)
        {
            TVector b = TVector.Create(x);
            a0.Add(b, ref w, 0);
            a1.Add(b, ref w, Panel.Rows<TVector>());
            a2.Add(b, ref w, 2 * Panel.Rows<TVector>());
            x = ref Unsafe.Add(ref x, 1);
            w = ref Unsafe.Add(ref w, 3 * Panel.Rows<TVector>());
        }

        a0.Store(ref s, 0, ref y, 0);
        a1.Store(ref s, Panel.Rows<TVector>(), ref y, Panel.Rows<TVector>());
        a2.Store(ref s, 2 * Panel.Rows<TVector>(), ref y, 2 * Panel.Rows<TVector>());
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

    /// <summary>One panel of a matrix whose panels are bands by themselves: one chain a sum.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void OneBand<TVector>(ref float w, ref float x, nint steps, ref float s, ref float y)
        where TVector : struct, IVector<TVector>
    {
        PanelSums<TVector> a = default;
        for (; steps > 0; steps--)
        {
            a.Add(TVector.Create(x), ref w, 0);
            x = ref Unsafe.Add(ref x, 1);
            w = ref Unsafe.Add(ref w, Panel.Rows<TVector>());
        }

        a.Store(ref s, 0, ref y, 0);
    }

    /// <summary>A band whose last panel the rows do not fill.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void PartOfBand<TVector>(int rows, bool isBanded, ref float w, ref float x, nint steps, ref float s, ref float y)
        where TVector : struct, IVector<TVector>
    {
        var tile = default(Tile<TVector>);
        int panels = (rows + Panel.Rows<TVector>() - 1) / Panel.Rows<TVector>();
        if (Unsafe.IsNullRef(ref s))
        {
            LastPanels<TVector>(panels, isBanded, ref w, ref x, steps, ref s, ref tile.Start);
        }
        else
        {
            MemoryMarshal.CreateReadOnlySpan(ref s, rows).CopyTo(MemoryMarshal.CreateSpan(ref tile.Start, rows));
            LastPanels<TVector>(panels, isBanded, ref w, ref x, steps, ref tile.Start, ref tile.Start);
        }

        MemoryMarshal.CreateReadOnlySpan(ref tile.Start, rows).CopyTo(MemoryMarshal.CreateSpan(ref y, rows));
    }
}
