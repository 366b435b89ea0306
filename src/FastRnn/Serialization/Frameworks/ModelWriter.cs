namespace FastRnn.Serialization;

/// <summary>Writes a model's weights as another framework has them: the tensors of a layer are named by its place in the spec.</summary>
internal sealed class ModelWriter(WeightFormat format, StoredType type)
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
            int length = (int)layer.GetParameters(inputSize).Sum(shape => shape.Length);
            if (!TryAdd($"layers{format.Separator}{model.Spec.NumberOf(i)}{format.Separator}", layer, inputSize, rest[..length]))
            {
                throw new NotSupportedException(
                    $"Expected layers that {format.Framework} has too, but {model.Spec.LayerName(i)} is none.");
            }

            rest = rest[length..];
            inputSize = layer.GetOutputSize(inputSize);
        }

        _file.WriteTo(path);
    }

    private bool TryAdd(string name, LayerSpec layer, int inputSize, ReadOnlyMemory<float> values)
    {
        switch (layer)
        {
            case DenseSpec { OutputSize: int size, Activation.HasWeights: false }:
                AddMatrix(name + format.DenseWeights, values[..^size], size, inputSize);
                Add(name + format.DenseBias, values[^size..], size);
                return true;
            case EmbeddingSpec embedding:
                Add(name + format.Embeddings, values, inputSize, embedding.Size);
                return true;
            case CellSpec cell when format.Has(cell):
                AddCell(name, format.Place, cell, inputSize, values);
                return true;
            case BidirectionalSpec { Inner: CellSpec cell } when format.Has(cell):
                AddCell(name, format.BothPlaces[0], cell, inputSize, values[..(values.Length / 2)]);
                AddCell(name, format.BothPlaces[1], cell, inputSize, values[(values.Length / 2)..]);
                return true;
            default:
                // Dropout does nothing outside of training; where the last step is taken is not written.
                return layer is DropoutSpec or LastStepSpec;
        }
    }

    private void AddCell(string name, CellPlace place, CellSpec cell, int inputSize, ReadOnlyMemory<float> values)
    {
        int gates = WeightFormat.GatesOf(cell), rows = gates * cell.HiddenSize;
        ReadOnlyMemory<float> input = values[..(rows * inputSize)];
        ReadOnlyMemory<float> recurrent = values.Slice(input.Length, rows * cell.HiddenSize);
        ReadOnlyMemory<float> biases = values[(input.Length + recurrent.Length)..];
        AddMatrix(name + place[format.InputWeights], input, rows, inputSize, gates);
        AddMatrix(name + place[format.RecurrentWeights], recurrent, rows, cell.HiddenSize, gates);

        // Biases of the recurrent product are zeros, but for those that a cell keeps apart, its unitWeights.
        ReadOnlyMemory<float> bias = format.Order.Vector(biases[..rows], gates);
        var recurrentBias = new float[rows];
        biases[rows..].CopyTo(recurrentBias.AsMemory(2 * rows - biases.Length));
        ReadOnlyMemory<float> second = format.Order.Vector(recurrentBias, gates);
        switch (format.BiasShapes(cell))
        {
            case [var shape, var secondShape]:
                Add(name + place[format.Biases[0]], bias, shape);
                Add(name + place[format.Biases[1]], second, secondShape);
                break;
            case [[2, _] shape]:
                Add(name + place[format.Biases[0]], (float[])[.. bias.Span, .. second.Span], shape);
                break;
            case [var shape]:
                Add(name + place[format.Biases[0]], bias, shape);
                break;
        }
    }

    private void AddMatrix(string name, ReadOnlyMemory<float> values, int rows, int columns, int gates = 1)
    {
        (int first, int second) = format.Order.Shape(rows, columns);
        Add(name, format.Order.Matrix(values, rows, gates), first, second);
    }

    private void Add(string name, ReadOnlyMemory<float> values, params int[] shape) => _file.Add(name, _type, shape, values);
}
