namespace FastRnn.Onnx.Export;

/// <summary>Writes layers as the nodes that compute them, one behind the other and in branches.</summary>
/// <param name="graph">receives the nodes</param>
/// <param name="spec">the network, which names layers in messages</param>
internal sealed class LayerExport(GraphBuilder graph, RnnSpec spec)
{
    /// <summary>The output of layers.</summary>
    /// <param name="layers">the layers</param>
    /// <param name="value">what the first one sees</param>
    /// <param name="reverseColumn">from which column on that is of a reverse direction; null where there is none</param>
    /// <param name="top">the place in the network of the layer that they are branches of; null for those of the network</param>
    internal string Add(ExportedLayer[] layers, string value, int? reverseColumn, int? top)
    {
        for (int i = 0; i < layers.Length; i++)
        {
            ExportedLayer layer = layers[i];

            // The final states are the outputs at the last step, of both directions.
            bool isLast = i + 1 < layers.Length && layers[i + 1].Layer is LastStepSpec last
                && (last.EachDirection || layer.Layer is CellSpec) && layer.Layer is not BidirectionalSpec { Merge: not Merge.Concatenate };
            if (RecurrentExport.Add(graph, layer, value, isLast) is { } recurrent)
            {
                value = recurrent;
                i += isLast ? 1 : 0;
            }
            else
            {
                value = Single(layer, value, reverseColumn, top ?? i);
            }

            reverseColumn = layer.Layer switch
            {
                BidirectionalSpec { Merge: Merge.Concatenate } both => both.Inner.HiddenSize,
                ReversedSpec => 0,
                AffineSpec or DropoutSpec => reverseColumn,
                ActivationSpec { Activation.Kind: not (ActivationKind.Softmax or ActivationKind.LogSoftmax) } => reverseColumn,
                _ => null,
            };
        }

        return value;
    }

    private string Single(ExportedLayer layer, string input, int? reverseColumn, int top)
    {
        string name = layer.Name;
        switch (layer.Layer)
        {
            case DenseSpec dense:
                return Dense(layer, dense, input);
            case EmbeddingSpec:
                string table = graph.Weights($"{name}.table", layer.Parameters, layer.InputSize, layer.OutputSize);
                return graph.Value("Gather", $"{name}.output", [table, input]);
            case TimeDelaySpec delay:
                return TimeDelayExport.Add(graph, layer, delay, input);
            case DropoutSpec:
                return graph.Value("Identity", $"{name}.output", [input]);
            case ActivationSpec { Activation: var activation }:
                return ActivationExport.Add(graph, name, input, activation, layer.Parameters);
            case ParallelSpec parallel:
                return Parallel(layer, parallel, input, reverseColumn, top);
            default:
                return NormalizationExport.Add(graph, layer, input) ?? ReducingExport.Add(graph, layer, input, reverseColumn)
                    ?? throw new NotSupportedException(
                        $"Expected layers that ONNX has operators for, but {spec.LayerName(top)} is none, or holds one that is none.");
        }
    }

    private string Dense(ExportedLayer layer, DenseSpec dense, string input)
    {
        string name = layer.Name;
        int inputs = layer.InputSize, outputs = layer.OutputSize;
        ReadOnlySpan<float> weights = layer.Parameters[..(outputs * inputs)], rest = layer.Parameters[(outputs * inputs)..];
        var transposed = new float[weights.Length];
        for (int i = 0; i < transposed.Length; i++)
        {
            transposed[i] = weights[i % outputs * inputs + i / outputs];
        }

        string product = graph.Value("MatMul", $"{name}.product", [input, graph.Weights($"{name}.weights", transposed, inputs, outputs)]);
        string sum = graph.Value("Add", $"{name}.sum", [product, graph.Weights($"{name}.bias", rest[..outputs], outputs)]);
        return ActivationExport.Add(graph, name, sum, dense.Activation, rest[outputs..]);
    }

    private string Parallel(ExportedLayer layer, ParallelSpec parallel, string input, int? reverseColumn, int top)
    {
        string[] parts = [.. layer.Branches(parallel).Select(branch => Add(branch, input, reverseColumn, top))];
        return MergeExport.Add(graph, layer.Name, parallel.Merge, parts);
    }
}
