using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastRnn.Memory;

namespace FastRnn.Kernels;

/// <summary>
/// A matrix W in the order in which the products read it, so that they stream through memory once and forwards.
/// </summary>
/// <remarks>
/// Matrices lie in panels of one or two vectors of rows (<see cref="IPanel{TSelf}"/>), the last one filled up with zero rows, and panels in
/// bands, column-major inside a band. A matrix that a second-level cache holds has bands of up to four panels: a column of a band is one
/// run of memory, and a product with one vector reads a band from its first float to its last, which is what prefetchers between the
/// caches follow best. A larger matrix has a panel a band, so that a product with many vectors, which takes one panel after the other,
/// brings each from afar in one run.
/// A column of a panel times one broadcast input is a multiply-add a vector, and each output is one chain of sums over c = 0, 1, 2, …, or
/// two or four, see <see cref="Parts"/>: every product that reads this layout sums in the same order and gives the same bits.
/// <para>
/// Matrices of few rows (<see cref="IsNarrow"/>) would waste most of a panel. They lie row by row, each row filled up with zeros
/// to a multiple of a cache line, and are multiplied by dot products.
/// </para>
/// The layout depends on the width of the vectors and lives in memory only.
/// </remarks>
internal sealed class PackedMatrix
{
    /// <summary>
    /// The floats of the largest matrix of several bands that have several panels each: 512 KiB, measured where vectors have 256 bits and a
    /// second-level cache holds as much.
    /// </summary>
    internal const int LargestBanded = 128 * 1024;

    private readonly AlignedBuffer _values;

    internal PackedMatrix(int rows, int columns)
        : this(rows, columns, Panel.KindFor(rows))
    {
    }

    /// <param name="rows">M</param>
    /// <param name="columns">K</param>
    /// <param name="kind">the panels, whatever the processor has</param>
    internal PackedMatrix(int rows, int columns, PanelKind kind)
    {
        Rows = rows;
        Columns = columns;
        Kind = kind;
        IsNarrow = rows <= PortableVector.Count / 2;
        PanelRows = Panel.Rows(kind);
        RowStride = IsNarrow ? AlignedBuffer.RoundUp(columns) : 0;
        IsBanded = rows <= Panel.Group * PanelRows || (long)rows * columns <= LargestBanded;
        BandRows = IsBanded ? Panel.Group * PanelRows : PanelRows;
        FilledHeight = FilledRows(rows, PanelRows);
        _values = AlignedBuffer.Allocate(IsNarrow ? checked(rows * RowStride) : PanelsLength(rows, columns, PanelRows));
    }

    internal int Rows { get; }

    internal int Columns { get; }

    /// <summary>The panels, where the matrix is not <see cref="IsNarrow"/>.</summary>
    internal PanelKind Kind { get; }

    /// <summary>Whether the matrix is kept row by row instead of in panels.</summary>
    internal bool IsNarrow { get; }

    /// <summary>Floats from one row to the next when <see cref="IsNarrow"/>.</summary>
    internal int RowStride { get; }

    internal ReadOnlySpan<float> Values => _values.Span;

    /// <summary>The first of <see cref="Values"/>.</summary>
    internal ref float Start => ref _values.Start;

    /// <summary>Whether bands have several panels.</summary>
    internal bool IsBanded { get; }

    /// <summary>Rows of a panel.</summary>
    private int PanelRows { get; }

    /// <summary>Rows of a whole band, a power of two.</summary>
    private int BandRows { get; }

    /// <summary>Rows with those that fill up the last panel.</summary>
    private int FilledHeight { get; }

    /// <summary>How many floats the panels of a matrix take.</summary>
    internal static int PanelsLength(int rows, int columns, int panelRows) => checked(FilledRows(rows, panelRows) * columns);

    /// <summary>Floats from one column to the next in the band that a row is in: the rows of the band.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int ColumnStride(int row)
        => Math.Min(BandRows, FilledHeight - BandStart(row));

    /// <summary>
    /// How many chains a sum of the band that a row is in has: chain p over the columns p, p + parts, p + 2·parts, …, and each finished
    /// chain is added to what the ones before it have made. A band of few panels has several, since the multiply-adds of a chain wait on
    /// each other.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Parts(int row)
    {
        int height = ColumnStride(row);
        return !IsBanded ? 1 : height == PanelRows ? 4 : height < Panel.Group * PanelRows ? 2 : 1;
    }

    /// <summary>Where a row's first float stands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Place(int row) => BandStart(row) * Columns + row - BandStart(row);

    /// <summary>Takes over W given row-major as [Rows, Columns].</summary>
    [MethodImpl(JitOptions.Loop)]
    internal void Pack(ReadOnlySpan<float> source)
    {
        Debug.Assert(source.Length == Rows * Columns, "source must be [Rows, Columns]");
        Span<float> values = _values.Span;
        values.Clear();
        for (int row = 0; row < Rows; row++)
        {
            ReadOnlySpan<float> from = source.Slice(row * Columns, Columns);
            if (IsNarrow)
            {
                from.CopyTo(values[(row * RowStride)..]);
                continue;
            }

            Span<float> to = values[Place(row)..];
            int stride = ColumnStride(row);
            for (int column = 0; column < from.Length; column++)
            {
                to[column * stride] = from[column];
            }
        }
    }

    /// <summary>Takes over W given as its transpose, row-major as [Columns, Rows].</summary>
    [MethodImpl(JitOptions.Loop)]
    internal void PackTransposed(ReadOnlySpan<float> source)
    {
        Debug.Assert(source.Length == Rows * Columns, "source must be [Columns, Rows]");
        Span<float> values = _values.Span;
        for (int row = 0; !IsNarrow && row < Rows; row += PanelRows)
        {
            Span<float> panel = values[Place(row)..];
            switch (Kind)
            {
                case PanelKind.Wide:
                    PackPanelTransposed<PanelOfTwo<WideVector>>(source, Rows, Columns, row, panel, ColumnStride(row));
                    break;
                case PanelKind.WideOfOne:
                    PackPanelTransposed<PanelOfOne<WideVector>>(source, Rows, Columns, row, panel, ColumnStride(row));
                    break;
                default:
                    PackPanelTransposed<PanelOfTwo<PortableVector>>(source, Rows, Columns, row, panel, ColumnStride(row));
                    break;
            }
        }

        if (!IsNarrow)
        {
            return;
        }

        values.Clear();
        for (int column = 0; column < Columns; column++)
        {
            for (int row = 0; row < Rows; row++)
            {
                values[row * RowStride + column] = source[column * Rows + row];
            }
        }
    }

    /// <summary>
    /// Packs a matrix of <paramref name="rows"/> × <paramref name="columns"/>, given as its transpose row-major as
    /// [columns, rows], into panels one behind the other.
    /// </summary>
    internal static void PackPanelsTransposed<TPanel>(ReadOnlySpan<float> source, int rows, int columns, Span<float> panels)
        where TPanel : struct, IPanel<TPanel>
    {
        int height = TPanel.Rows;
        int length = height * columns;
        Debug.Assert(panels.Length >= PanelsLength(rows, columns, height), "panels must hold all panels");
        int row = 0;
        for (; row + Panel.Group * height <= rows; row += Panel.Group * height)
        {
            PackGroupTransposed<TPanel>(source, rows, columns, row, panels.Slice(row * columns, Panel.Group * length));
        }

        for (; row < rows; row += height)
        {
            PackPanelTransposed<TPanel>(source, rows, columns, row, panels.Slice(row * columns, length), height);
        }
    }

    /// <summary>Four panels at once: runs of the source that are four times as long are read faster from beyond the first cache.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void PackGroupTransposed<TPanel>(ReadOnlySpan<float> source, int rows, int columns, int row, Span<float> panels)
        where TPanel : struct, IPanel<TPanel>
    {
        ref float from = ref Unsafe.Add(ref MemoryMarshal.GetReference(source), row);
        ref float to = ref MemoryMarshal.GetReference(panels);
        nint length = TPanel.Rows * columns;
        for (; columns > 0; columns--)
        {
            TPanel.Load(ref from, 0).Store(ref to, 0);
            TPanel.Load(ref from, TPanel.Rows).Store(ref to, length);
            TPanel.Load(ref from, 2 * TPanel.Rows).Store(ref to, 2 * length);
            TPanel.Load(ref from, 3 * TPanel.Rows).Store(ref to, 3 * length);
            from = ref Unsafe.Add(ref from, rows);
            to = ref Unsafe.Add(ref to, TPanel.Rows);
        }
    }

    /// <summary>
    /// Packs the one panel that begins at <paramref name="row"/>: runs of the source become columns of the panel, which stand
    /// <paramref name="stride"/> floats apart.
    /// </summary>
    [MethodImpl(JitOptions.Loop)]
    internal static void PackPanelTransposed<TPanel>(
        ReadOnlySpan<float> source, int rows, int columns, int row, Span<float> panel, int stride)
        where TPanel : struct, IPanel<TPanel>
    {
        int height = TPanel.Rows;
        Debug.Assert(source.Length == rows * columns, "source must be [columns, rows]");
        Debug.Assert(panel.Length >= stride * (columns - 1) + height, "panel must hold a panel");
        int filled = rows - row;
        if (filled >= height)
        {
            ref float from = ref MemoryMarshal.GetReference(source);
            ref float to = ref MemoryMarshal.GetReference(panel);
            for (nint column = 0; column < columns; column++)
            {
                nint run = column * rows + row;
                nint start = column * stride;
                TPanel.Load(ref from, run).Store(ref to, start);
            }

            return;
        }

        for (int column = 0; column < columns; column++)
        {
            Span<float> to = panel.Slice(column * stride, height);
            source.Slice(column * rows + row, filled).CopyTo(to);
            to[filled..].Clear();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int BandStart(int row) => row & -BandRows;

    /// <summary>Rows with those that fill up the last panel.</summary>
    private static int FilledRows(int rows, int panelRows) => checked((rows + panelRows - 1) / panelRows * panelRows);
}
