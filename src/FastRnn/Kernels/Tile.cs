using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>
/// What the product kernels share: how a panel's two vectors are read, how finished sums are stored, and a block of up to six rows
/// by one panel on the stack for the sums of an edge, of which only a part belongs to the result.
/// </summary>
[InlineArray(2 * MaxRows)]
internal struct Tile
{
    /// <summary>The most rows a kernel computes at once.</summary>
    internal const int MaxRows = 6;

    private Vector<float> _element;

    /// <summary>The first float; a row takes <see cref="PackedMatrix.PanelRows"/> of them.</summary>
    [UnscopedRef]
    internal ref float Start => ref Unsafe.As<Vector<float>, float>(ref _element);

    /// <summary>The panel's first (<paramref name="half"/> 0) or second vector at offset <paramref name="k"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector<float> Load(ref float panel, nint k, int half)
        => Vector.LoadUnsafe(ref Unsafe.Add(ref panel, half * Vector<float>.Count), (nuint)k);

    /// <summary>The reference <paramref name="count"/> floats on; a null reference stays null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ref float Offset(ref float start, nint count)
        => ref Unsafe.IsNullRef(ref start) ? ref start : ref Unsafe.Add(ref start, count);

    /// <summary>Stores a row of sums, s + sum, or the sum alone where s is a null reference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store(Vector<float> first, Vector<float> second, ref float s, nint sOffset, ref float y, nint yOffset)
    {
        if (!Unsafe.IsNullRef(ref s))
        {
            first = Vector.LoadUnsafe(ref s, (nuint)sOffset) + first;
            second = Vector.LoadUnsafe(ref s, (nuint)(sOffset + Vector<float>.Count)) + second;
        }

        first.StoreUnsafe(ref y, (nuint)yOffset);
        second.StoreUnsafe(ref y, (nuint)(yOffset + Vector<float>.Count));
    }

    /// <summary>Moves the part that belongs to the result: y = s + sum for the first rows and columns of the tile.</summary>
    internal void Write(int rows, int columns, ref float s, nint sStride, ref float y, nint yStride)
    {
        for (int row = 0; row < rows; row++)
        {
            ref float sums = ref Unsafe.Add(ref Start, row * PackedMatrix.PanelRows);
            ref float addends = ref Offset(ref s, row * sStride);
            ref float results = ref Unsafe.Add(ref y, row * yStride);
            int column = 0;
            for (; column + Vector<float>.Count <= columns; column += Vector<float>.Count)
            {
                Vector<float> sum = Vector.LoadUnsafe(ref sums, (nuint)column);
                if (!Unsafe.IsNullRef(ref addends))
                {
                    sum = Vector.LoadUnsafe(ref addends, (nuint)column) + sum;
                }

                sum.StoreUnsafe(ref results, (nuint)column);
            }

            for (; column < columns; column++)
            {
                float sum = Unsafe.Add(ref sums, column);
                Unsafe.Add(ref results, column) = Unsafe.IsNullRef(ref addends) ? sum : Unsafe.Add(ref addends, column) + sum;
            }
        }
    }
}
