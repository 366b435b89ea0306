using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRnn.Kernels;

/// <summary>Many input vectors times a matrix in panels: Y = S + X·Wᵀ, rows of X and Y being the vectors.</summary>
/// <remarks>
/// Panel by panel, and rows of a panel in tiles: of six where there are 16 vector registers, of eight where there are 32. What is left is
/// covered by tiles of six and four, and a missing last row is a repeated one whose sums are dropped.
/// </remarks>
internal static class MatrixProduct
{
    /// <summary>Rows taken through all panels before the next rows: what of X a second-level cache holds for usual sizes.</summary>
    private const int RowBlock = 96;

    /// <summary>Below this a tile of four rows would be filled so badly that one vector after the other is faster.</summary>
    private const int FewRows = 4;

    /// <param name="matrix">W [M, K], not narrow.</param>
    /// <param name="x">[R, K]</param>
    /// <param name="rows">R</param>
    /// <param name="addend">Added to each finished sum; empty for none. May be <paramref name="y"/>.</param>
    /// <param name="addendStride">Floats from one row of the addend to the next: 0 adds the same row to all.</param>
    /// <param name="y">[R, M]</param>
    /// <param name="descending">whether the panels are taken from the last to the first</param>
    [MethodImpl(JitOptions.Loop)]
    internal static void Multiply<TPanel>(
        PackedMatrix matrix, ReadOnlySpan<float> x, int rows, ReadOnlySpan<float> addend, int addendStride, Span<float> y, bool descending)
        where TPanel : struct, IPanel<TPanel>
    {
        Debug.Assert(!matrix.IsNarrow && x.Length == rows * matrix.Columns && y.Length == rows * matrix.Rows, "x [R, K], y [R, M]");
        if (rows < FewRows)
        {
            for (int row = 0; row < rows; row++)
            {
                VectorProduct.Multiply<TPanel>(
                    matrix,
                    x.Slice(row * matrix.Columns, matrix.Columns),
                    addend.IsEmpty ? [] : addend.Slice(row * addendStride, matrix.Rows),
                    y.Slice(row * matrix.Rows, matrix.Rows),
                    descending);
            }

            return;
        }

        ref float s = ref addend.IsEmpty ? ref Unsafe.NullRef<float>() : ref MemoryMarshal.GetReference(addend);
        int last = (matrix.Rows - 1) / TPanel.Rows * TPanel.Rows;
        int block;
        for (int row = 0; row < rows; row += block)
        {
            block = Math.Min(RowBlock, rows - row);
            ref float sums = ref Panel.Offset(ref s, (nint)row * addendStride);
            ref float output = ref Unsafe.Add(ref MemoryMarshal.GetReference(y), (nint)row * matrix.Rows);
            for (int first = 0; first <= last; first += TPanel.Rows)
            {
                int column = descending ? last - first : first;
                var tile = new PanelTile
                {
                    X = ref Unsafe.Add(ref MemoryMarshal.GetReference(x), (nint)row * matrix.Columns),
                    RowStride = matrix.Columns,
                    StepStride = 1,
                    FirstWeight = ref Unsafe.Add(ref matrix.Start, matrix.Place(column)),
                    PanelStride = matrix.ColumnStride(column),
                    Steps = matrix.Columns,
                    Parts = matrix.Parts(column),
                    S = ref Panel.Offset(ref sums, column),
                    SStride = addendStride,
                    Y = ref Unsafe.Add(ref output, column),
                    YStride = matrix.Rows,
                };
                MultiplyPanel<TPanel>(ref tile, block, matrix.Rows - column);
            }
        }
    }

    /// <summary>
    /// Rows of X times one panel: y[r, c] = s[r, c] + Σ_k x[r, k]·panel[k, c] for as many c as the panel has or
    /// <paramref name="columns"/> allows.
    /// </summary>
    /// <param name="tile">where the first row is; moved on from tile to tile</param>
    /// <param name="rows">how many rows</param>
    /// <param name="columns">how many columns of y there are at least</param>
    [MethodImpl(JitOptions.Loop)]
    internal static void MultiplyPanel<TPanel>(scoped ref PanelTile tile, int rows, int columns)
        where TPanel : struct, IPanel<TPanel>
    {
        while (true)
        {
            int tileRows = TileRows<TPanel>(rows);
            int filled = Math.Min(tileRows, rows);
            if (filled == tileRows && columns >= TPanel.Rows)
            {
                MultiplyTile<TPanel>(tileRows, tile, filled);
            }
            else
            {
                MultiplyEdge<TPanel>(tileRows, tile, filled, Math.Min(columns, TPanel.Rows));
            }

            rows -= tileRows;
            if (rows <= 0)
            {
                return;
            }

            tile.MoveBy(tileRows);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyTile<TPanel>(int tileRows, scoped in PanelTile tile, int rows)
        where TPanel : struct, IPanel<TPanel>
    {
        switch (tileRows)
        {
            case 4:
                TileKernels.FourRows<TPanel>(tile, rows);
                break;
            case 6:
                TileKernels.SixRows<TPanel>(tile, rows);
                break;
            default:
                TileKernels.EightRows<TPanel>(tile, rows);
                break;
        }
    }

    /// <summary>
    /// How many rows to take next: large tiles as long as the others can be covered too. Of four rows and more at most one is computed in
    /// vain.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TileRows<TPanel>(int left)
        where TPanel : struct, IPanel<TPanel>
        => TPanel.HasManyRegisters
            ? left switch { <= 4 => 4, 5 or 6 or 9 or 10 => 6, _ => 8 }
            : left switch { <= 4 or 7 or 8 => 4, _ => 6 };

    /// <summary>A tile of which only some rows or columns belong to the result: it is computed whole, and those are moved.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void MultiplyEdge<TPanel>(int tileRows, scoped in PanelTile tile, int rows, int columns)
        where TPanel : struct, IPanel<TPanel>
    {
        var edge = default(Tile<TPanel>);
        ref float addends = ref edge.Read(rows, columns, ref tile.S, tile.SStride);
        PanelTile whole = tile.WithSums(ref addends, ref edge.Start, TPanel.Rows);
        MultiplyTile<TPanel>(tileRows, whole, rows);
        edge.Write(rows, columns, ref tile.Y, tile.YStride);
    }
}
