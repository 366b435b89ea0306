using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>A row-major matrix turned over.</summary>
internal static class Transposition
{
    /// <summary>Edge of the blocks in which it is done: 16 floats are a cache line, of the source's rows and of the
    /// destination's.</summary>
    private const int Block = 16;

    /// <summary>destination[c, r] += source[r, c]</summary>
    /// <param name="source">[rows, columns]</param>
    /// <param name="destination">[columns, rows]</param>
    [MethodImpl(JitOptions.Loop)]
    internal static void Add(ReadOnlySpan<float> source, int rows, int columns, Span<float> destination)
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
                        destination[c * rows + r] += source[r * columns + c];
                    }
                }
            }
        }
    }
}
