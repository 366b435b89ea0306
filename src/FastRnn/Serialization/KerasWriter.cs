namespace FastRnn.Serialization;

/// <summary>Writes weights under names like the paths of Keras' variables.</summary>
internal sealed class KerasWriter() : ModelWriter("Keras", '/')
{
    private protected override void AddCell(
        string name, CommonCell cell, bool isBackward,
        ReadOnlyMemory<float> input, ReadOnlyMemory<float> recurrent, ReadOnlyMemory<float> bias, ReadOnlyMemory<float> recurrentBias)
    {
        string direction = !cell.IsBidirectional ? string.Empty : isBackward ? "backward_rnn/" : "forward_rnn/";
        Add($"{name}{direction}kernel", Matrix(cell, input), cell.InputSize, cell.Rows);
        Add($"{name}{direction}recurrent_kernel", Matrix(cell, recurrent), cell.HiddenSize, cell.Rows);
        ReadOnlyMemory<float> first = WeightOrder.Keras.FromOurs(cell, bias);
        if (cell.Kind == CellKind.Gru)
        {
            float[] both = [.. first.Span, .. WeightOrder.Keras.FromOurs(cell, recurrentBias).Span];
            Add($"{name}{direction}bias", both, 2, cell.Rows);
        }
        else
        {
            Add($"{name}{direction}bias", first, cell.Rows);
        }
    }

    private protected override void AddDense(
        string name, int inputSize, int outputSize, ReadOnlyMemory<float> weights, ReadOnlyMemory<float> bias)
    {
        Add($"{name}kernel", WeightOrder.Keras.Matrix(weights, outputSize), inputSize, outputSize);
        Add($"{name}bias", bias, outputSize);
    }

    private protected override void AddEmbedding(string name, int vocabularySize, int size, ReadOnlyMemory<float> table)
        => Add($"{name}embeddings", table, vocabularySize, size);

    private static ReadOnlyMemory<float> Matrix(CommonCell cell, ReadOnlyMemory<float> values)
        => WeightOrder.Keras.Matrix(WeightOrder.Keras.FromOurs(cell, values), cell.Rows);
}
