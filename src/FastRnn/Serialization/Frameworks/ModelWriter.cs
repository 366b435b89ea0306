namespace FastRnn.Serialization;

/// <summary>Writes a model's weights as another framework has them: the tensors of a layer are named by its place in the spec.</summary>
internal sealed class ModelWriter(WeightFormat format, StoredType type)
{
    /// <summary>The part of names that the number of a branch follows.</summary>
    internal const string Branches = "branches";

    private readonly ElementType _type = ElementType.Of(type);

    private readonly SafetensorsWriter _file = new();

    internal void Write(RnnModel model, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ReadOnlyMemory<float> rest = model.Weights.Memory;
        int position = 0;
        foreach ((LayerSpec layer, LayerPlace place) in model.Spec.Layers.At(model.Spec.InputSize))
        {
            string name = $"layers{format.Separator}{model.Spec.NumberOf(position)}{format.Separator}";
            rest = Add(name, model.Spec.LayerName(position++), layer, place, rest);
        }

        _file.WriteTo(path);
    }

    /// <summary>Adds a layer's tensors; returns the values that are left for those behind it.</summary>
    private ReadOnlyMemory<float> Add(string name, string shownName, LayerSpec layer, LayerPlace place, ReadOnlyMemory<float> rest)
    {
        if (layer is ParallelSpec parallel)
        {
            return AddBranches(name, shownName, parallel, place, rest);
        }

        int length = (int)layer.GetParameters(place.InputSize).Sum(shape => shape.Length);
        if (format.ReasonAgainst(layer) is { } reason)
        {
            throw new NotSupportedException($"Expected layers that {format.Framework} has too, but {shownName} is none: {reason}.");
        }

        AddTensors(name, layer, place, rest[..length]);
        return rest[length..];
    }

    private ReadOnlyMemory<float> AddBranches(
        string name, string shownName, ParallelSpec parallel, LayerPlace place, ReadOnlyMemory<float> rest)
    {
        for (int i = 0; i < parallel.Branches.Count; i++)
        {
            int position = 0;
            foreach ((LayerSpec layer, LayerPlace at) in parallel.Branches[i].At(place))
            {
                string shown = LayerSequence.Name(ParallelSpec.BranchName(shownName, i), position, layer);
                rest = Add(
                    string.Join(format.Separator, $"{name}{Branches}", i, position++, string.Empty), shown, layer, at, rest);
            }
        }

        return rest;
    }

    private void AddTensors(string name, LayerSpec layer, LayerPlace place, ReadOnlyMemory<float> values)
    {
        int inputSize = place.InputSize;
        VectorNames vectors = format.Vectors;
        switch (layer)
        {
            case DenseSpec { OutputSize: int size }:
                AddMatrix(name + format.DenseWeights, values[..^size], size, inputSize);
                Add(name + format.DenseBias, values[^size..], size);
                break;
            case TimeDelaySpec delay:
                AddConvolution(name, delay, inputSize / delay.Groups, values);
                break;
            case AttentionPoolingSpec:
                AddMatrix(name + format.DenseWeights, values, 1, inputSize);
                break;
            case LayerNormalizationSpec:
                Add(name + vectors.Scale, values[..inputSize], inputSize);
                Add(name + vectors.Shift, values[inputSize..], inputSize);
                break;
            case RmsNormalizationSpec:
                Add(name + vectors.RmsScale, values, inputSize);
                break;
            case AffineSpec:
                AddBatchNormalization(name, values, inputSize);
                break;
            case ActivationSpec { Activation.HasWeights: true }:
                Add(name + vectors.Slopes, values, vectors.HasStepAxis && !place.IsReduced ? [1, values.Length] : [values.Length]);
                break;
            case EmbeddingSpec embedding:
                Add(name + format.Embeddings, values, inputSize, embedding.Size);
                break;
            case CellSpec cell:
                AddCell(name, format.Place, cell, inputSize, values);
                break;
            case BidirectionalSpec { Inner: CellSpec cell }:
                AddCell(name, format.BothPlaces[0], cell, inputSize, values[..(values.Length / 2)]);
                AddCell(name, format.BothPlaces[1], cell, inputSize, values[(values.Length / 2)..]);
                break;
            default:
                // What has no weights is not written: dropout does nothing outside of training, and files do not tell of the others.
                break;
        }
    }

    private void AddConvolution(string name, TimeDelaySpec delay, int inputs, ReadOnlyMemory<float> values)
    {
        int outputs = delay.OutputSize, length = outputs * delay.Width * inputs;
        Add(
            name + format.DenseWeights, format.Order.Kernel(values[..length], outputs, delay.Width),
            format.Order.IsTransposed ? [delay.Width, inputs, outputs] : [outputs, inputs, delay.Width]);
        if (delay.HasBias)
        {
            Add(name + format.DenseBias, values[length..], outputs);
        }
    }

    /// <summary>
    /// A scale and a shift as a batch normalization of values with the mean 0 and the variance 1 − ε. Whichever ε they are added with, of
    /// float or double, the root differs from 1 by less than what rounds a scale to another float. Statistics are F32 in any case: 1 − ε
    /// is none of BF16.
    /// </summary>
    private void AddBatchNormalization(string name, ReadOnlyMemory<float> values, int size)
    {
        VectorNames vectors = format.Vectors;
        var variances = new float[size];
        variances.AsSpan().Fill(1 - vectors.Epsilon);
        Add(name + vectors.Scale, values[..size], size);
        Add(name + vectors.Shift, values[size..], size);
        _file.Add(name + vectors.Mean, ElementType.Float32, [size], new float[size]);
        _file.Add(name + vectors.Variance, ElementType.Float32, [size], variances);
        if (vectors.Count is { } count)
        {
            _file.Add(name + count, ElementType.Int64, [], new float[1]);
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
