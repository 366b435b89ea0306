namespace FastRnn.Serialization;

/// <summary>Writes a model's weights as another framework has them, a module a layer, by its place in the spec.</summary>
/// <param name="framework">its name, for messages</param>
/// <param name="separator">between the parts of names</param>
/// <param name="type">how weights are written</param>
internal abstract class ModelWriter(string framework, char separator, StoredType type)
{
    private readonly ElementType _type = ElementType.Of(type);

    private readonly SafetensorsWriter _file = new();

    internal void Write(RnnModel model, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ReadOnlyMemory<float> rest = model.Weights.Memory;
        int inputSize = model.Spec.InputSize;
        for (int i = 0; i < model.Spec.Layers.Count; i++)
        {
            LayerSpec layer = model.Spec.Layers[i];
            if (!TryAdd($"layers{separator}{i}{separator}", layer, inputSize, ref rest))
            {
                throw new NotSupportedException($"Expected layers that {framework} has too, but {model.Spec.LayerName(i)} is none.");
            }

            inputSize = layer.GetOutputSize(inputSize);
        }

        _file.WriteTo(path);
    }

    /// <summary>Whether the framework has such a cell.</summary>
    private protected virtual bool Has(CommonCell cell) => true;

    /// <summary>Adds one direction of a recurrent layer.</summary>
    /// <param name="name">stands before the names of the layer's tensors</param>
    /// <param name="input">Wx [G·H, I]</param>
    /// <param name="recurrent">Wh [G·H, H]</param>
    /// <param name="bias">b [G·H]</param>
    /// <param name="recurrentBias">[G·H]: zeros, and where a cell keeps them apart its coefficients c</param>
    private protected abstract void AddCell(
        string name, CommonCell cell, bool isReverse,
        ReadOnlyMemory<float> input, ReadOnlyMemory<float> recurrent, ReadOnlyMemory<float> bias, ReadOnlyMemory<float> recurrentBias);

    /// <param name="weights">W [O, I]</param>
    /// <param name="bias">b [O]</param>
    private protected abstract void AddDense(
        string name, int inputSize, int outputSize, ReadOnlyMemory<float> weights, ReadOnlyMemory<float> bias);

    /// <param name="table">[V, E]</param>
    private protected abstract void AddEmbedding(string name, int vocabularySize, int size, ReadOnlyMemory<float> table);

    private protected void Add(string name, ReadOnlyMemory<float> values, params int[] shape)
        => _file.Add(name, _type, shape, values);

    private static ReadOnlyMemory<float> Take(ref ReadOnlyMemory<float> rest, int length)
    {
        ReadOnlyMemory<float> taken = rest[..length];
        rest = rest[length..];
        return taken;
    }

    private bool TryAdd(string name, LayerSpec layer, int inputSize, ref ReadOnlyMemory<float> rest)
    {
        int size = layer.GetOutputSize(inputSize);
        if (CommonCell.Find(layer, inputSize) is { } cell)
        {
            for (int direction = 0; direction < cell.Directions && Has(cell); direction++)
            {
                AddCell(name, cell, isReverse: direction == 1, ref rest);
            }

            return Has(cell);
        }

        switch (layer)
        {
            case DenseSpec:
                ReadOnlyMemory<float> weights = Take(ref rest, size * inputSize);
                AddDense(name, inputSize, size, weights, Take(ref rest, size));
                return true;
            case EmbeddingSpec:
                AddEmbedding(name, inputSize, size, Take(ref rest, inputSize * size));
                return true;
            default:
                // Dropout has no weights, and does nothing outside of training.
                return layer is DropoutSpec;
        }
    }

    private void AddCell(string name, CommonCell cell, bool isReverse, ref ReadOnlyMemory<float> rest)
    {
        ReadOnlyMemory<float> input = Take(ref rest, cell.Rows * cell.InputSize);
        ReadOnlyMemory<float> recurrent = Take(ref rest, cell.Rows * cell.HiddenSize);
        ReadOnlyMemory<float> bias = Take(ref rest, cell.Rows);
        var recurrentBias = new float[cell.Rows];
        Take(ref rest, cell.UnitWeightCount).Span.CopyTo(recurrentBias.AsSpan(cell.SummedBiases));
        AddCell(name, cell, isReverse, input, recurrent, bias, recurrentBias);
    }
}
