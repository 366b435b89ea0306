using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRnn.Kernels;

/// <summary>
/// A block of up to eight rows by one panel on the stack, for the sums of an edge: of those only a part belongs to the result.
/// </summary>
[InlineArray(MaxRows)]
internal struct Tile<TPanel>
    where TPanel : struct, IPanel<TPanel>
{
    /// <summary>The most rows a kernel computes at once, and twice the panels of a band.</summary>
    internal const int MaxRows = 2 * Panel.Group;

    private TPanel _element;

    /// <summary>The first float; a row takes <see cref="IPanel{TSelf}.Rows"/> of them.</summary>
    [UnscopedRef]
    internal ref float Start => ref Unsafe.As<TPanel, float>(ref _element);

    /// <summary>Takes over the addends of some rows and columns; returns where they stand, which is nowhere if there are none.</summary>
    [UnscopedRef]
    internal ref float Read(int rows, int columns, ref float s, nint sStride)
    {
        if (Unsafe.IsNullRef(ref s))
        {
            return ref s;
        }

        for (int row = 0; row < rows; row++)
        {
            MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref s, row * sStride), columns).CopyTo(Row(row, columns));
        }

        return ref Start;
    }

    /// <summary>Moves the part of the sums that belongs to the result.</summary>
    internal void Write(int rows, int columns, ref float y, nint yStride)
    {
        for (int row = 0; row < rows; row++)
        {
            Row(row, columns).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref y, row * yStride), columns));
        }
    }

    [UnscopedRef]
    private Span<float> Row(int row, int columns) => MemoryMarshal.CreateSpan(ref Unsafe.Add(ref Start, row * TPanel.Rows), columns);
}
