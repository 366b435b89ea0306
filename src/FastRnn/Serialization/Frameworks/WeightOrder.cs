using System.Buffers;
using FastRnn.Kernels;

namespace FastRnn.Serialization;

/// <summary>
/// How a framework has the weights that stand here as W [outputs, inputs], with gates in the order i, f, g, o or r, z, n: whether its
/// matrices are turned over, and in which order its gates are. Sources: torch/nn/modules/rnn.py of PyTorch; keras/src/layers/rnn of
/// Keras 3.
/// </summary>
internal sealed class WeightOrder
{
    /// <summary>Floats of a matrix that are read and turned over at a time.</summary>
    private const int BandLength = 128 * 1024;

    private static readonly int[] InOrder = [0, 1, 2, 3];

    private readonly bool _isTransposed;

    /// <summary>Of our gates of a GRU the places that they have there.</summary>
    private readonly int[] _gru;

    private WeightOrder(bool isTransposed, int[] gru)
    {
        _isTransposed = isTransposed;
        _gru = gru;
    }

    /// <summary>LSTM i, f, g, o; GRU r, z, n.</summary>
    internal static WeightOrder PyTorch { get; } = new(isTransposed: false, [0, 1, 2]);

    /// <summary>LSTM i, f, c, o, where c is g; GRU z, r, h, where h is n; matrices are [inputs, outputs].</summary>
    internal static WeightOrder Keras { get; } = new(isTransposed: true, [1, 0, 2]);

    /// <summary>Reads a matrix of one gate [rows, columns]; the tensor may be the other way round.</summary>
    internal void ReadMatrix(SafetensorsFile file, TensorEntry tensor, int rows, Span<float> destination)
        => ReadMatrix(file, tensor, rows, [0], destination);

    /// <summary>Reads the parameters of one direction of a recurrent layer, in their own order.</summary>
    internal void ReadCell(SafetensorsFile file, CellTensors tensors, CommonCell cell, Span<float> destination)
    {
        int rows = cell.Rows;
        ReadOnlySpan<int> places = PlacesOf(cell.Gates);
        Span<float> input = destination[..(rows * cell.InputSize)];
        Span<float> recurrent = destination.Slice(input.Length, rows * cell.HiddenSize);
        Span<float> biases = destination[(input.Length + recurrent.Length)..];
        ReadMatrix(file, tensors.InputWeights, rows, places, input);
        ReadMatrix(file, tensors.RecurrentWeights, rows, places, recurrent);
        if (tensors.Biases.Length > 0)
        {
            ReadBiases(file, tensors.Biases, cell, biases[..rows], biases[rows..]);
        }
    }

    /// <summary>A matrix of one gate [rows, columns] as the framework has it.</summary>
    internal ReadOnlyMemory<float> Matrix(ReadOnlyMemory<float> source, int rows) => Matrix(source, rows, gates: 1);

    /// <summary>A matrix [rows, columns], the rows of a gate after those of the other, as the framework has it.</summary>
    internal ReadOnlyMemory<float> Matrix(ReadOnlyMemory<float> source, int rows, int gates)
    {
        if (!_isTransposed)
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

    /// <summary>Blocks of gates as the framework has them.</summary>
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

    /// <summary>Of each of our gates the place that it has there.</summary>
    private ReadOnlySpan<int> PlacesOf(int gates) => gates == _gru.Length ? _gru : InOrder.AsSpan(0, gates);

    private void ReadMatrix(SafetensorsFile file, TensorEntry tensor, int rows, ReadOnlySpan<int> places, Span<float> destination)
    {
        if (!_isTransposed)
        {
            ReadBlocks(file, tensor, 0, places, destination);
            return;
        }

        int block = rows / places.Length, columns = destination.Length / rows;
        int band = Math.Clamp(BandLength / rows, 1, columns);
        float[] source = ArrayPool<float>.Shared.Rent(band * rows);
        try
        {
            for (int column = 0; column < columns; column += band)
            {
                int count = Math.Min(band, columns - column);
                file.Read(tensor, (long)column * rows, source.AsSpan(0, count * rows));
                for (int gate = 0; gate < places.Length; gate++)
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

    /// <summary>Reads blocks of gates that lie one after the other there, from a value of a tensor on.</summary>
    private static void ReadBlocks(
        SafetensorsFile file, TensorEntry tensor, long first, ReadOnlySpan<int> places, Span<float> destination)
    {
        int length = destination.Length / places.Length;
        for (int gate = 0; gate < places.Length; gate++)
        {
            file.Read(tensor, first + (long)places[gate] * length, destination.Slice(gate * length, length));
        }
    }

    /// <summary>b is the sum of both biases where the sum alone counts.</summary>
    private void ReadBiases(
        SafetensorsFile file, ReadOnlySpan<TensorEntry> tensors, CommonCell cell, Span<float> bias, Span<float> coefficients)
    {
        ReadOnlySpan<int> places = PlacesOf(cell.Gates);
        ReadBlocks(file, tensors[0], 0, places, bias);

        // Those of the recurrent product, if there are any, have a tensor of their own or the second row of the first.
        if (tensors.Length == 1 && tensors[0].Count == cell.Rows)
        {
            return;
        }

        var recurrent = new float[cell.Rows];
        ReadBlocks(file, tensors[^1], tensors.Length == 1 ? cell.Rows : 0, places, recurrent);
        for (int i = 0; i < cell.SummedBiases; i++)
        {
            // Adding 0 would turn −0 into 0.
            if (recurrent[i] != 0)
            {
                bias[i] += recurrent[i];
            }
        }

        recurrent.AsSpan(cell.SummedBiases).CopyTo(coefficients);
    }
}
