namespace FastRnn.Serialization;

/// <summary>Takes the tensors of a module: their shapes tell what its layers are, and have to fit each other.</summary>
internal sealed class ModuleTensors(TensorGroup group, WeightFormat format, OpenChoices choices)
{
    private readonly WeightOrder _order = format.Order;

    internal WeightModule TakeEmbedding() => ToEmbedding(group.Take(format.Embeddings, null, null));

    /// <summary>A feed-forward layer. A missing bias is zeros; without one it may be an embedding where both have the same names.</summary>
    internal WeightModule TakeDense()
    {
        TensorEntry weights = group.Take(format.DenseWeights, null, null);
        (int outputs, int inputs) = _order.Shape((int)weights.Shape[0], (int)weights.Shape[1]);
        TensorEntry? bias = group.TakeIfThere(format.DenseBias, outputs);
        return new WeightModule(group.Name, inputs, [(Layer.Dense(outputs), Read)])
        {
            Alternative = bias is null && format.Embeddings == format.DenseWeights ? ToEmbedding(weights) : null,
        };

        void Read(Span<float> destination)
        {
            _order.ReadMatrix(group.File, weights, outputs, gates: 1, destination[..^outputs]);
            if (bias is not null)
            {
                group.File.Read(bias, destination[^outputs..]);
            }
        }
    }

    /// <summary>Recurrent layers one upon the other, all of the same cell.</summary>
    /// <param name="layers">the places of each layer's one or two directions</param>
    /// <param name="hasBiases">whether there are biases, which are zeros otherwise</param>
    /// <param name="resetsAfter">whether a GRU resets after the recurrent product, by the rank of its bias; null where it has none</param>
    internal WeightModule TakeRecurrent(IReadOnlyList<CellPlace[]> layers, bool hasBiases, Func<int?, bool> resetsAfter)
    {
        CellSpec? cell = null;
        int? inputSize = null, firstSize = null;
        var taken = new List<(LayerSpec, Action<Span<float>>)>();
        foreach (CellPlace[] places in layers)
        {
            var tensors = new List<CellTensors>();
            foreach (CellPlace place in places)
            {
                int? rows = cell is null ? null : WeightFormat.GatesOf(cell) * cell.HiddenSize;
                TensorEntry recurrent = TakeMatrix(place[format.RecurrentWeights], rows, cell?.HiddenSize);
                cell ??= CellOf(recurrent, () => resetsAfter(group.Rank(place[format.Biases[0]])));
                TensorEntry input = TakeMatrix(
                    place[format.InputWeights], WeightFormat.GatesOf(cell) * cell.HiddenSize, inputSize);
                inputSize ??= _order.Shape((int)input.Shape[0], (int)input.Shape[1]).Second;
                firstSize ??= inputSize;
                IEnumerable<TensorEntry> biases = format.Biases.Zip(
                    format.BiasShapes(cell), (bias, shape) => group.Take(place[bias], Array.ConvertAll(shape, length => (int?)length)));
                tensors.Add(new CellTensors(input, recurrent, hasBiases ? [.. biases] : []));
            }

            CellSpec spec = cell!;
            LayerSpec layer = places.Length == 1
                ? spec
                : Cell.Bidirectional(spec, places == layers[^1] ? MergeOfLast() : Merge.Concatenate);
            taken.Add((layer, destination => ReadLayer(spec, tensors, destination)));
            inputSize = layer.GetOutputSize(firstSize!.Value);
        }

        return new WeightModule(group.Name, firstSize!.Value, taken);
    }

    private WeightModule ToEmbedding(TensorEntry table)
        => new(group.Name, (int)table.Shape[0], [(Layer.Embedding((int)table.Shape[1]), values => group.File.Read(table, values))]);

    /// <summary>Layers below the last one have their directions side by side.</summary>
    private Merge MergeOfLast() => choices.FindMerge(group.Name) ?? Merge.Concatenate;

    private TensorEntry TakeMatrix(string part, int? rows, int? columns)
        => _order.IsTransposed ? group.Take(part, columns, rows) : group.Take(part, rows, columns);

    private CellSpec CellOf(TensorEntry recurrent, Func<bool> resetsAfter)
    {
        (int rows, int hiddenSize) = _order.Shape((int)recurrent.Shape[0], (int)recurrent.Shape[1]);
        (string large, string small) = _order.IsTransposed ? ("columns", "rows") : ("rows", "columns");
        return (rows % hiddenSize == 0 ? rows / hiddenSize : 0) switch
        {
            1 => Cell.Elman(hiddenSize),
            3 => Cell.Gru(hiddenSize, resetsAfter()),
            4 => Cell.Lstm(hiddenSize),
            _ => throw group.Fault(
                recurrent,
                $"expected 1, 3 or 4 times as many {large} as {small}, but its shape is [{string.Join(", ", recurrent.Shape)}]"),
        };
    }

    private void ReadLayer(CellSpec cell, List<CellTensors> directions, Span<float> destination)
    {
        int length = destination.Length / directions.Count;
        foreach (CellTensors tensors in directions)
        {
            ReadCell(cell, tensors, destination[..length]);
            destination = destination[length..];
        }
    }

    private void ReadCell(CellSpec cell, CellTensors tensors, Span<float> destination)
    {
        int gates = WeightFormat.GatesOf(cell), rows = gates * cell.HiddenSize;
        Span<float> input = destination[..(int)tensors.Input.Count];
        Span<float> recurrent = destination.Slice(input.Length, (int)tensors.Recurrent.Count);
        Span<float> biases = destination[(input.Length + recurrent.Length)..];
        _order.ReadMatrix(group.File, tensors.Input, rows, gates, input);
        _order.ReadMatrix(group.File, tensors.Recurrent, rows, gates, recurrent);
        if (tensors.Biases.Length > 0)
        {
            ReadBiases(tensors.Biases, gates, biases[..rows], biases[rows..]);
        }
    }

    /// <summary>b is the sum of both biases where the sum alone counts; the others of the recurrent product are unitWeights.</summary>
    private void ReadBiases(TensorEntry[] tensors, int gates, Span<float> bias, Span<float> unitWeights)
    {
        _order.ReadVector(group.File, tensors[0], 0, gates, bias);

        // Those of the recurrent product, if there are any, have a tensor of their own or the second row of the first.
        int first = tensors.Length == 1 ? bias.Length : 0;
        if (tensors[^1].Count == first)
        {
            return;
        }

        var recurrent = new float[bias.Length];
        _order.ReadVector(group.File, tensors[^1], first, gates, recurrent);
        int summed = recurrent.Length - unitWeights.Length;
        for (int i = 0; i < summed; i++)
        {
            // Adding 0 would turn −0 into 0.
            if (recurrent[i] != 0)
            {
                bias[i] += recurrent[i];
            }
        }

        recurrent.AsSpan(summed).CopyTo(unitWeights);
    }

    /// <summary>The tensors of one direction of a layer; biases are none, one or two.</summary>
    private sealed record CellTensors(TensorEntry Input, TensorEntry Recurrent, TensorEntry[] Biases);
}
