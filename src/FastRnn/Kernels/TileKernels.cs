using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>The loops over one tile: eight, six or four rows by one panel.</summary>
/// <remarks>
/// Six rows by a panel of two vectors are 12 accumulators; with two weights and one broadcast they fill 15 of 16 vector registers, and
/// twelve multiply-adds need eight loads. Where there are 32 registers, eight rows have 16. Where two threads share a core, each can begin
/// half as many instructions, so that every one beside the multiply-adds and loads counts: four k are taken in a row, written out since
/// only then all stay in registers, and nothing but what the loop uses is in one.
/// </remarks>
internal static class TileKernels
{
    [MethodImpl(JitOptions.Loop)]
    internal static void EightRows<TPanel>(scoped in PanelTile tile, int rows)
        where TPanel : struct, IPanel<TPanel>
    {
        Debug.Assert(rows is 7 or 8, "only the last of eight rows may be missing");
        nint x1 = tile.RowStride * sizeof(float), x2 = 2 * x1, x3 = 3 * x1, x4 = 4 * x1, x5 = 5 * x1, x6 = 6 * x1, x7 = (rows - 1) * x1;
        nint xStep = tile.Parts * tile.StepStride * sizeof(float), wStep = tile.Parts * tile.PanelStride * sizeof(float);
        for (int part = 0; part < tile.Parts; part++)
        {
            ref float column = ref tile.Column(part);
            ref float w = ref tile.Weights(part);
            TPanel a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
            TPanel a6 = default, a7 = default;
            int left = tile.StepsOf(part);
            for (; left >= 4; left -= 4)
            {
                AddStep(ref column, x1, x2, x3, x4, x5, x6, x7, ref w, ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref a6, ref a7);
                column = ref Unsafe.AddByteOffset(ref column, xStep);
                w = ref Unsafe.AddByteOffset(ref w, wStep);
                AddStep(ref column, x1, x2, x3, x4, x5, x6, x7, ref w, ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref a6, ref a7);
                column = ref Unsafe.AddByteOffset(ref column, xStep);
                w = ref Unsafe.AddByteOffset(ref w, wStep);
                AddStep(ref column, x1, x2, x3, x4, x5, x6, x7, ref w, ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref a6, ref a7);
                column = ref Unsafe.AddByteOffset(ref column, xStep);
                w = ref Unsafe.AddByteOffset(ref w, wStep);
                AddStep(ref column, x1, x2, x3, x4, x5, x6, x7, ref w, ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref a6, ref a7);
                column = ref Unsafe.AddByteOffset(ref column, xStep);
                w = ref Unsafe.AddByteOffset(ref w, wStep);
            }

            for (; left > 0; left--)
            {
                AddStep(ref column, x1, x2, x3, x4, x5, x6, x7, ref w, ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref a6, ref a7);
                column = ref Unsafe.AddByteOffset(ref column, xStep);
                w = ref Unsafe.AddByteOffset(ref w, wStep);
            }

            ref float s = ref tile.Addends(part, out nint sStride);
            ref float y = ref tile.Y;
            nint yStride = tile.YStride;
            Panel.Store(a0, ref s, 0, ref y, 0);
            Panel.Store(a1, ref s, sStride, ref y, yStride);
            Panel.Store(a2, ref s, 2 * sStride, ref y, 2 * yStride);
            Panel.Store(a3, ref s, 3 * sStride, ref y, 3 * yStride);
            Panel.Store(a4, ref s, 4 * sStride, ref y, 4 * yStride);
            Panel.Store(a5, ref s, 5 * sStride, ref y, 5 * yStride);
            Panel.Store(a6, ref s, 6 * sStride, ref y, 6 * yStride);
            Panel.Store(a7, ref s, 7 * sStride, ref y, 7 * yStride);
        }
    }

    [MethodImpl(JitOptions.Loop)]
    internal static void SixRows<TPanel>(scoped in PanelTile tile, int rows)
        where TPanel : struct, IPanel<TPanel>
    {
        Debug.Assert(rows is 5 or 6, "only the last of six rows may be missing");
        nint x1 = tile.RowStride * sizeof(float), x2 = 2 * x1, x3 = 3 * x1, x4 = 4 * x1, x5 = (rows - 1) * x1;
        nint xStep = tile.Parts * tile.StepStride * sizeof(float), wStep = tile.Parts * tile.PanelStride * sizeof(float);
        for (int part = 0; part < tile.Parts; part++)
        {
            ref float column = ref tile.Column(part);
            ref float w = ref tile.Weights(part);
            TPanel a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
            int left = tile.StepsOf(part);
            for (; left >= 4; left -= 4)
            {
                AddStep(ref column, x1, x2, x3, x4, x5, ref w, ref a0, ref a1, ref a2, ref a3, ref a4, ref a5);
                column = ref Unsafe.AddByteOffset(ref column, xStep);
                w = ref Unsafe.AddByteOffset(ref w, wStep);
                AddStep(ref column, x1, x2, x3, x4, x5, ref w, ref a0, ref a1, ref a2, ref a3, ref a4, ref a5);
                column = ref Unsafe.AddByteOffset(ref column, xStep);
                w = ref Unsafe.AddByteOffset(ref w, wStep);
                AddStep(ref column, x1, x2, x3, x4, x5, ref w, ref a0, ref a1, ref a2, ref a3, ref a4, ref a5);
                column = ref Unsafe.AddByteOffset(ref column, xStep);
                w = ref Unsafe.AddByteOffset(ref w, wStep);
                AddStep(ref column, x1, x2, x3, x4, x5, ref w, ref a0, ref a1, ref a2, ref a3, ref a4, ref a5);
                column = ref Unsafe.AddByteOffset(ref column, xStep);
                w = ref Unsafe.AddByteOffset(ref w, wStep);
            }

            for (; left > 0; left--)
            {
                AddStep(ref column, x1, x2, x3, x4, x5, ref w, ref a0, ref a1, ref a2, ref a3, ref a4, ref a5);
                column = ref Unsafe.AddByteOffset(ref column, xStep);
                w = ref Unsafe.AddByteOffset(ref w, wStep);
            }

            ref float s = ref tile.Addends(part, out nint sStride);
            ref float y = ref tile.Y;
            nint yStride = tile.YStride;
            Panel.Store(a0, ref s, 0, ref y, 0);
            Panel.Store(a1, ref s, sStride, ref y, yStride);
            Panel.Store(a2, ref s, 2 * sStride, ref y, 2 * yStride);
            Panel.Store(a3, ref s, 3 * sStride, ref y, 3 * yStride);
            Panel.Store(a4, ref s, 4 * sStride, ref y, 4 * yStride);
            Panel.Store(a5, ref s, 5 * sStride, ref y, 5 * yStride);
        }
    }

    [MethodImpl(JitOptions.Loop)]
    internal static void FourRows<TPanel>(scoped in PanelTile tile, int rows)
        where TPanel : struct, IPanel<TPanel>
    {
        Debug.Assert(rows is >= 1 and <= 4, "rows of a tile");
        nint x1 = Math.Min(1, rows - 1) * tile.RowStride * sizeof(float);
        nint x2 = Math.Min(2, rows - 1) * tile.RowStride * sizeof(float);
        nint x3 = (rows - 1) * tile.RowStride * sizeof(float);
        nint xStep = tile.Parts * tile.StepStride * sizeof(float), wStep = tile.Parts * tile.PanelStride * sizeof(float);
        for (int part = 0; part < tile.Parts; part++)
        {
            ref float column = ref tile.Column(part);
            ref float w = ref tile.Weights(part);
            TPanel a0 = default, a1 = default, a2 = default, a3 = default;
            int left = tile.StepsOf(part);
            for (; left >= 4; left -= 4)
            {
                AddStep(ref column, x1, x2, x3, ref w, ref a0, ref a1, ref a2, ref a3);
                column = ref Unsafe.AddByteOffset(ref column, xStep);
                w = ref Unsafe.AddByteOffset(ref w, wStep);
                AddStep(ref column, x1, x2, x3, ref w, ref a0, ref a1, ref a2, ref a3);
                column = ref Unsafe.AddByteOffset(ref column, xStep);
                w = ref Unsafe.AddByteOffset(ref w, wStep);
                AddStep(ref column, x1, x2, x3, ref w, ref a0, ref a1, ref a2, ref a3);
                column = ref Unsafe.AddByteOffset(ref column, xStep);
                w = ref Unsafe.AddByteOffset(ref w, wStep);
                AddStep(ref column, x1, x2, x3, ref w, ref a0, ref a1, ref a2, ref a3);
                column = ref Unsafe.AddByteOffset(ref column, xStep);
                w = ref Unsafe.AddByteOffset(ref w, wStep);
            }

            for (; left > 0; left--)
            {
                AddStep(ref column, x1, x2, x3, ref w, ref a0, ref a1, ref a2, ref a3);
                column = ref Unsafe.AddByteOffset(ref column, xStep);
                w = ref Unsafe.AddByteOffset(ref w, wStep);
            }

            ref float s = ref tile.Addends(part, out nint sStride);
            ref float y = ref tile.Y;
            nint yStride = tile.YStride;
            Panel.Store(a0, ref s, 0, ref y, 0);
            Panel.Store(a1, ref s, sStride, ref y, yStride);
            Panel.Store(a2, ref s, 2 * sStride, ref y, 2 * yStride);
            Panel.Store(a3, ref s, 3 * sStride, ref y, 3 * yStride);
        }
    }

    /// <summary>One k: a column of the panel times an x of each row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddStep<TPanel>(
        ref float column, nint x1, nint x2, nint x3, nint x4, nint x5, nint x6, nint x7, ref float w,
        ref TPanel a0, ref TPanel a1, ref TPanel a2, ref TPanel a3, ref TPanel a4, ref TPanel a5, ref TPanel a6, ref TPanel a7)
        where TPanel : struct, IPanel<TPanel>
    {
        TPanel weights = TPanel.Load(ref w, 0);
        a0.AddProduct(column, weights);
        a1.AddProduct(Unsafe.AddByteOffset(ref column, x1), weights);
        a2.AddProduct(Unsafe.AddByteOffset(ref column, x2), weights);
        a3.AddProduct(Unsafe.AddByteOffset(ref column, x3), weights);
        a4.AddProduct(Unsafe.AddByteOffset(ref column, x4), weights);
        a5.AddProduct(Unsafe.AddByteOffset(ref column, x5), weights);
        a6.AddProduct(Unsafe.AddByteOffset(ref column, x6), weights);
        a7.AddProduct(Unsafe.AddByteOffset(ref column, x7), weights);
    }

    /// <summary>One k: a column of the panel times an x of each row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddStep<TPanel>(
        ref float column, nint x1, nint x2, nint x3, nint x4, nint x5, ref float w,
        ref TPanel a0, ref TPanel a1, ref TPanel a2, ref TPanel a3, ref TPanel a4, ref TPanel a5)
        where TPanel : struct, IPanel<TPanel>
    {
        TPanel weights = TPanel.Load(ref w, 0);
        a0.AddProduct(column, weights);
        a1.AddProduct(Unsafe.AddByteOffset(ref column, x1), weights);
        a2.AddProduct(Unsafe.AddByteOffset(ref column, x2), weights);
        a3.AddProduct(Unsafe.AddByteOffset(ref column, x3), weights);
        a4.AddProduct(Unsafe.AddByteOffset(ref column, x4), weights);
        a5.AddProduct(Unsafe.AddByteOffset(ref column, x5), weights);
    }

    /// <summary>One k: a column of the panel times an x of each row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddStep<TPanel>(
        ref float column, nint x1, nint x2, nint x3, ref float w,
        ref TPanel a0, ref TPanel a1, ref TPanel a2, ref TPanel a3)
        where TPanel : struct, IPanel<TPanel>
    {
        TPanel weights = TPanel.Load(ref w, 0);
        a0.AddProduct(column, weights);
        a1.AddProduct(Unsafe.AddByteOffset(ref column, x1), weights);
        a2.AddProduct(Unsafe.AddByteOffset(ref column, x2), weights);
        a3.AddProduct(Unsafe.AddByteOffset(ref column, x3), weights);
    }
}
