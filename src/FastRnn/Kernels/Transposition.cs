using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>A row-major matrix turned over.</summary>
internal static class Transposition
{
    /// <summary>Edge of the blocks in which it is done: 16 floats are a cache line, of the source's rows and of the
    /// destination's.</summary>
    private const int Block = 16;

    /// <summary>What becomes of a value of the destination.</summary>
    private interface IPlacing
    {
        static abstract void Place(ref float destination, float value);
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
        for (int row = 0; row < rows; row += Block)
        {
            int rowEnd = Math.Min(rows, row + Block);
            for (int column = 0; column < columns; column += Block)
            {
                int columnEnd = Math.Min(columns, column + Block);
                for (int r = row; r < rowEnd; r++)
                {
                    for (int c = column; c < columnEnd; c++)
                    {
                        TPlacing.Place(ref destination[c * destinationStride + r], source[r * sourceStride + c]);
                    }
                }
            }
        }
    }

    private readonly struct Addition : IPlacing
    {
        public static void Place(ref float destination, float value) => destination += value;
    }

    private readonly struct Assignment : IPlacing
    {
        public static void Place(ref float destination, float value) => destination = value;
    }
}
