using System.Buffers;
using FastRnn.Kernels;

namespace FastRnn.Serialization;

/// <summary>
/// How a framework orders the weights that are here W [outputs, inputs], with gates in the order i, f, g, o or r, z, n.
/// </summary>
/// <param name="isTransposed">whether its matrices are [inputs, outputs]</param>
/// <param name="gru">for each of our gates of a GRU its place there; those of an LSTM are in the same order</param>
internal sealed class WeightOrder(bool isTransposed, int[] gru)
{
    /// <summary>Floats of a matrix that are read and transposed at a time.</summary>
    private const int BandLength = 128 * 1024;

    private static readonly int[] InOrder = [0, 1, 2, 3];

    internal bool IsTransposed => isTransposed;

    /// <summary>The shape that a matrix [rows, columns] has there, and the other way round.</summary>
    internal (int First, int Second) Shape(int rows, int columns) => isTransposed ? (columns, rows) : (rows, columns);

    /// <summary>Reads a matrix [rows, columns], gate after gate.</summary>
    internal void ReadMatrix(SafetensorsFile file, TensorEntry tensor, int rows, int gates, Span<float> destination)
    {
        if (!isTransposed)
        {
            ReadVector(file, tensor, 0, gates, destination);
            return;
        }

        ReadOnlySpan<int> places = PlacesOf(gates);
        int block = rows / gates, columns = destination.Length / rows;
        int band = Math.Clamp(BandLength / rows, 1, columns);
        float[] source = ArrayPool<float>.Shared.Rent(band * rows);
        try
        {
            for (int column = 0; column < columns; column += band)
            {
                int count = Math.Min(band, columns - column);
                file.Read(tensor, (long)column * rows, source.AsSpan(0, count * rows));
                for (int gate = 0; gate < gates; gate++)
                {
                    Transposition.Copy(
                        source.AsSpan(places[gate] * block), rows, count, block, destination[(gate * block * columns + column)..], columns);
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(source);
        }
    }

    /// <summary>Reads a kernel W [rows, width · inputs], the oldest step first.</summary>
    internal void ReadKernel(SafetensorsFile file, TensorEntry tensor, int rows, int width, Span<float> destination)
    {
        if (isTransposed)
        {
            ReadMatrix(file, tensor, rows, gates: 1, destination);
            return;
        }

        // Each row is [inputs, width] there.
        int columns = destination.Length / rows, band = Math.Clamp(BandLength / columns, 1, rows);
        float[] source = ArrayPool<float>.Shared.Rent(band * columns);
        try
        {
            for (int row = 0; row < rows; row += band)
            {
                int length = Math.Min(band, rows - row) * columns;
                file.Read(tensor, (long)row * columns, source.AsSpan(0, length));
                TurnRows(source.AsSpan(0, length), columns, columns / width, destination.Slice(row * columns, length));
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(source);
        }
    }

    /// <summary>Reads values, gate after gate, from a value of a tensor on.</summary>
    internal void ReadVector(SafetensorsFile file, TensorEntry tensor, long first, int gates, Span<float> destination)
    {
        int length = destination.Length / gates;
        ReadOnlySpan<int> places = PlacesOf(gates);
        for (int gate = 0; gate < gates; gate++)
        {
            file.Read(tensor, first + (long)places[gate] * length, destination.Slice(gate * length, length));
        }
    }

    /// <summary>A matrix [rows, columns] as the framework has it.</summary>
    internal ReadOnlyMemory<float> Matrix(ReadOnlyMemory<float> source, int rows, int gates)
    {
        if (!isTransposed)
        {
            return Vector(source, gates);
        }

        int block = rows / gates, columns = source.Length / rows;
        ReadOnlySpan<int> places = PlacesOf(gates);
        var there = new float[source.Length];
        for (int gate = 0; gate < gates; gate++)
        {
            Transposition.Copy(
                source.Span.Slice(gate * block * columns, block * columns), columns, block, columns,
                there.AsSpan(places[gate] * block), rows);
        }

        return there;
    }

    /// <summary>A kernel W [rows, width · inputs] as the framework has it.</summary>
    internal ReadOnlyMemory<float> Kernel(ReadOnlyMemory<float> source, int rows, int width)
    {
        if (isTransposed)
        {
            return Matrix(source, rows, gates: 1);
        }

        var there = new float[source.Length];
        TurnRows(source.Span, source.Length / rows, width, there);
        return there;
    }

    /// <summary>Values, gate after gate, as the framework has them.</summary>
    internal ReadOnlyMemory<float> Vector(ReadOnlyMemory<float> source, int gates)
    {
        ReadOnlySpan<int> places = PlacesOf(gates);
        if (places.SequenceEqual(InOrder.AsSpan(0, gates)))
        {
            return source;
        }

        var there = new float[source.Length];
        int length = source.Length / gates;
        for (int gate = 0; gate < gates; gate++)
        {
            source.Span.Slice(gate * length, length).CopyTo(there.AsSpan(places[gate] * length));
        }

        return there;
    }

    /// <summary>Turns over each row, of so many columns, which is a matrix of so many rows itself.</summary>
    private static void TurnRows(ReadOnlySpan<float> source, int columns, int rowsWithin, Span<float> destination)
    {
        int columnsWithin = columns / rowsWithin;
        for (int start = 0; start < source.Length; start += columns)
        {
            Transposition.Copy(source[start..], columnsWithin, rowsWithin, columnsWithin, destination[start..], rowsWithin);
        }
    }

    private ReadOnlySpan<int> PlacesOf(int gates) => gates == gru.Length ? gru : InOrder.AsSpan(0, gates);
}
