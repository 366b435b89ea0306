using FastRnn.Kernels;

namespace FastRnn.Serialization;

/// <summary>
/// How a framework has the weights that stand here as W [outputs, inputs], with gates in the order i, f, g, o or r, z, n: whether its
/// matrices are turned over, and in which order its gates are. Sources: torch/nn/modules/rnn.py of PyTorch; keras/src/layers/rnn of
/// Keras 3.
/// </summary>
internal sealed class WeightOrder
{
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

    /// <summary>Reads a matrix [rows, columns]; the tensor may be the other way round.</summary>
    internal void ReadMatrix(SafetensorsFile file, TensorEntry tensor, int rows, Span<float> destination)
    {
        if (!_isTransposed)
        {
            file.Read(tensor, destination);
            return;
        }

        var source = new float[destination.Length];
        file.Read(tensor, source);
        Transpose(source, destination.Length / rows, rows, destination);
    }

    /// <summary>Reads the parameters of one direction of a recurrent layer, in their own order.</summary>
    internal void ReadCell(SafetensorsFile file, CellTensors tensors, CommonCell cell, Span<float> destination)
    {
        int rows = cell.Rows;
        Span<float> input = destination[..(rows * cell.InputSize)];
        Span<float> recurrent = destination.Slice(input.Length, rows * cell.HiddenSize);
        Span<float> bias = destination.Slice(input.Length + recurrent.Length, rows);
        Span<float> coefficients = destination[(input.Length + recurrent.Length + rows)..];
        ReadMatrix(file, tensors.InputWeights, rows, input);
        ReadMatrix(file, tensors.RecurrentWeights, rows, recurrent);
        ToOurs(cell, input);
        ToOurs(cell, recurrent);
        if (tensors.Biases.Length > 0)
        {
            ReadBiases(file, tensors.Biases, cell, bias, coefficients);
        }
    }

    /// <summary>A matrix [rows, columns] as the framework has it.</summary>
    internal ReadOnlyMemory<float> Matrix(ReadOnlyMemory<float> source, int rows)
    {
        if (!_isTransposed)
        {
            return source;
        }

        var turned = new float[source.Length];
        Transpose(source.Span, rows, source.Length / rows, turned);
        return turned;
    }

    /// <summary>Blocks of gates as the framework has them.</summary>
    internal ReadOnlyMemory<float> FromOurs(CommonCell cell, ReadOnlyMemory<float> blocks)
    {
        if (IsOurs(cell))
        {
            return blocks;
        }

        var there = new float[blocks.Length];
        int length = blocks.Length / cell.Gates;
        for (int gate = 0; gate < cell.Gates; gate++)
        {
            blocks.Span.Slice(gate * length, length).CopyTo(there.AsSpan(_gru[gate] * length));
        }

        return there;
    }

    /// <summary>b is the sum of both biases where the sum alone counts.</summary>
    private void ReadBiases(
        SafetensorsFile file, ReadOnlySpan<TensorEntry> tensors, CommonCell cell, Span<float> bias, Span<float> coefficients)
    {
        // The biases of the inputs and, perhaps, those of the recurrent product: in two tensors, or in two rows of one.
        var values = new float[2 * cell.Rows];
        int length = 0;
        foreach (TensorEntry tensor in tensors)
        {
            file.Read(tensor, values.AsSpan(length, (int)tensor.Count));
            length += (int)tensor.Count;
        }

        Span<float> recurrent = values.AsSpan(cell.Rows);
        ToOurs(cell, values.AsSpan(0, cell.Rows));
        ToOurs(cell, recurrent);
        values.AsSpan(0, cell.Rows).CopyTo(bias);
        for (int i = 0; i < cell.SummedBiases; i++)
        {
            // Adding 0 would turn −0 into 0.
            if (recurrent[i] != 0)
            {
                bias[i] += recurrent[i];
            }
        }

        recurrent[cell.SummedBiases..].CopyTo(coefficients);
    }

    private bool IsOurs(CommonCell cell) => cell.Gates != _gru.Length || _gru is [0, 1, 2];

    private void ToOurs(CommonCell cell, Span<float> blocks)
    {
        if (IsOurs(cell))
        {
            return;
        }

        float[] there = blocks.ToArray();
        int length = blocks.Length / cell.Gates;
        for (int gate = 0; gate < cell.Gates; gate++)
        {
            there.AsSpan(_gru[gate] * length, length).CopyTo(blocks[(gate * length)..]);
        }
    }

    private static void Transpose(ReadOnlySpan<float> source, int rows, int columns, Span<float> destination)
    {
        // What is added to −0 stays as it is, −0 too.
        destination.Fill(-0f);
        Transposition.Add(source, rows, columns, destination);
    }
}
