using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
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

    /// <summary>Takes over one row of addends; returns where they stand, which is nowhere if there are none.</summary>
    [UnscopedRef]
    internal ref float ReadRow(int columns, ref float s)
    {
        if (Unsafe.IsNullRef(ref s))
        {
            return ref s;
        }

        MemoryMarshal.CreateReadOnlySpan(ref s, columns).CopyTo(MemoryMarshal.CreateSpan(ref Start, columns));
        return ref Start;
    }

    /// <summary>Moves one row of sums to where it belongs.</summary>
    internal void WriteRow(int columns, ref float y)
        => MemoryMarshal.CreateReadOnlySpan(ref Start, columns).CopyTo(MemoryMarshal.CreateSpan(ref y, columns));

    /// <summary>Moves the part that belongs to the result: y = s + sum for the first rows and columns of the tile.</summary>
    internal void Write(int rows, int columns, ref float s, nint sStride, ref float y, nint yStride)
    {
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> sums = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref Start, row * TPanel.Rows), columns);
            Span<float> results = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref y, row * yStride), columns);
            if (Unsafe.IsNullRef(ref s))
            {
                sums.CopyTo(results);
            }
            else
            {
                TensorPrimitives.Add(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref s, row * sStride), columns), sums, results);
            }
        }
    }
}
