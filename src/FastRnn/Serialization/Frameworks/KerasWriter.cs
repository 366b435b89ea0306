namespace FastRnn.Serialization;

/// <summary>Writes weights under names like the paths of Keras' variables.</summary>
internal sealed class KerasWriter(StoredType type) : ModelWriter("Keras", '/', type)
{
    private protected override void AddCell(
        string name, CommonCell cell, bool isReverse,
        ReadOnlyMemory<float> input, ReadOnlyMemory<float> recurrent, ReadOnlyMemory<float> bias, ReadOnlyMemory<float> recurrentBias)
    {
        string direction = !cell.IsBidirectional ? string.Empty : isReverse ? "bidirectional/backward_rnn/" : "bidirectional/forward_rnn/";
        Add($"{name}{direction}kernel", WeightOrder.Keras.Matrix(input, cell.Rows, cell.Gates), cell.InputSize, cell.Rows);
        Add($"{name}{direction}recurrent_kernel", WeightOrder.Keras.Matrix(recurrent, cell.Rows, cell.Gates), cell.HiddenSize, cell.Rows);
        ReadOnlyMemory<float> first = WeightOrder.Keras.Vector(bias, cell.Gates);
        if (cell.Kind == CellKind.Gru)
        {
            float[] both = [.. first.Span, .. WeightOrder.Keras.Vector(recurrentBias, cell.Gates).Span];
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
}
