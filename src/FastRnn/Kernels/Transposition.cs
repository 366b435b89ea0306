using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>A row-major matrix turned over.</summary>
internal static class Transposition
{
    /// <summary>Edge of the blocks in which it is done, each turned over apart: 16 floats are a cache line, of the source's rows and of the
    /// destination's, so that each line is touched once. Rows that are a power of two apart share the few places that a cache has for them.
    /// </summary>
    private const int Block = 16;

    /// <summary>What becomes of a part of a row of the destination.</summary>
    private interface IPlacing
    {
        static abstract void Place(Span<float> destination, ReadOnlySpan<float> values);
    }

    /// <summary>destination[c, r] += source[r, c]</summary>
    /// <param name="source">[rows, columns]</param>
    /// <param name="destination">[columns, rows]</param>
    internal static void Add(ReadOnlySpan<float> source, int rows, int columns, Span<float> destination)
        => Place<Addition>(source, columns, rows, columns, destination, rows);

    /// <summary>destination[c, r] = source[r, c], for a part of each of two matrices.</summary>
    /// <param name="source">[rows, columns], of rows that begin <paramref name="sourceStride"/> floats apart</param>
    /// <param name="destination">[columns, rows], of rows that begin <paramref name="destinationStride"/> floats apart</param>
    internal static void Copy(
        ReadOnlySpan<float> source, int sourceStride, int rows, int columns, Span<float> destination, int destinationStride)
        => Place<Assignment>(source, sourceStride, rows, columns, destination, destinationStride);

    [MethodImpl(JitOptions.Loop)]
    private static void Place<TPlacing>(
        ReadOnlySpan<float> source, int sourceStride, int rows, int columns, Span<float> destination, int destinationStride)
        where TPlacing : struct, IPlacing
    {
        var turnedBlock = default(BlockValues);
        Span<float> block = turnedBlock;
        for (int column = 0; column < columns; column += Block)
        {
            int width = Math.Min(Block, columns - column);
            for (int row = 0; row < rows; row += Block)
            {
                int height = Math.Min(Block, rows - row);
                for (int r = 0; r < height; r++)
                {
                    ReadOnlySpan<float> values = source.Slice((row + r) * sourceStride + column, width);
                    ref float turned = ref block[r];
                    for (int c = 0; c < values.Length; c++)
                    {
                        // c is below the block's edge, and r too.
                        Unsafe.Add(ref turned, c * Block) = values[c];
                    }
                }

                for (int c = 0; c < width; c++)
                {
                    TPlacing.Place(destination.Slice((column + c) * destinationStride + row, height), block.Slice(c * Block, height));
                }
            }
        }
    }

    /// <summary>A block, turned over.</summary>
    [InlineArray(Block * Block)]
    private struct BlockValues
    {
        private float _first;
    }

    private readonly struct Addition : IPlacing
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Place(Span<float> destination, ReadOnlySpan<float> values)
        {
            for (int i = 0; i < destination.Length; i++)
            {
                destination[i] += values[i];
            }
        }
    }

    private readonly struct Assignment : IPlacing
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Place(Span<float> destination, ReadOnlySpan<float> values)
        {
            if (values.Length == Block)
            {
                // Of a length that the compiler knows: vectors instead of a call.
                values[..Block].CopyTo(destination);
            }
            else
            {
                values.CopyTo(destination);
            }
        }
    }
}
