using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRnn.Kernels;

/// <summary>
/// A block of up to eight rows by one panel on the stack, for the sums of an edge: of those only a part belongs to the result.
/// </summary>
[InlineArray(2 * MaxRows)]
internal struct Tile<TVector>
    where TVector : struct, IVector<TVector>
{
    /// <summary>The most rows a kernel computes at once.</summary>
    internal const int MaxRows = 8;

    private TVector _element;

    /// <summary>The first float; a row takes <see cref="Panel.Rows{TVector}"/> of them.</summary>
    [UnscopedRef]
    internal ref float Start => ref Unsafe.As<TVector, float>(ref _element);

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
            ref float sums = ref Unsafe.Add(ref Start, row * Panel.Rows<TVector>());
            ref float addends = ref Panel.Offset(ref s, row * sStride);
            ref float results = ref Unsafe.Add(ref y, row * yStride);
            int column = 0;
            for (; column + TVector.Count <= columns; column += TVector.Count)
            {
                TVector sum = TVector.Load(ref sums, column);
                if (!Unsafe.IsNullRef(ref addends))
                {
                    sum = TVector.Load(ref addends, column) + sum;
                }

                TVector.Store(sum, ref results, column);
            }

            for (; column < columns; column++)
            {
                float sum = Unsafe.Add(ref sums, column);
                Unsafe.Add(ref results, column) = Unsafe.IsNullRef(ref addends) ? sum : Unsafe.Add(ref addends, column) + sum;
            }
        }
    }
}
