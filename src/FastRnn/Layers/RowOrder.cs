namespace FastRnn.Layers;

/// <summary>Rows of sequences in other orders.</summary>
internal static class RowOrder
{
    /// <summary>Turns every sequence round from its own end: row (t, i) comes from row (length of i − 1 − t, i).</summary>
    /// <param name="source">begins with the first row</param>
    /// <param name="sourceDistance">floats from row to row</param>
    /// <param name="destination">begins with the first row</param>
    /// <param name="destinationDistance">floats from row to row</param>
    /// <param name="width">floats of a row</param>
    internal static void Reverse(
        in Sequences sequences, ReadOnlySpan<float> source, int sourceDistance, Span<float> destination, int destinationDistance, int width)
    {
        for (int step = 0; step < sequences.Steps; step++)
        {
            int row = sequences.Start(step);
            int count = sequences.Count(step);
            for (int i = 0; i < count; i++)
            {
                int from = sequences.Start(sequences.Length(i) - 1 - step) + i;
                source.Slice(from * sourceDistance, width).CopyTo(destination[((row + i) * destinationDistance)..]);
            }
        }
    }

    /// <summary>[rows, columns, width] becomes [columns, rows, width].</summary>
    internal static void Transpose(ReadOnlySpan<float> source, int rows, int columns, Span<float> destination)
    {
        int width = source.Length / (rows * columns);
        for (int column = 0; column < columns; column++)
        {
            Copy(rows, source[(column * width)..], columns * width, destination[(column * rows * width)..], width, width);
        }
    }

    /// <summary>Copies rows to or from a part of wider rows.</summary>
    /// <inheritdoc cref="Reverse" path="/param"/>
    internal static void Copy(
        int rows, ReadOnlySpan<float> source, int sourceDistance, Span<float> destination, int destinationDistance, int width)
    {
        for (int row = 0; row < rows; row++)
        {
            source.Slice(row * sourceDistance, width).CopyTo(destination[(row * destinationDistance)..]);
        }
    }
}
