using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Export;

/// <summary>Writes recurrent layers as RNN, LSTM and GRU nodes, with their states as inputs and outputs of the graph.</summary>
internal static class RecurrentExport
{
    /// <summary>The layer's output; null where it is no recurrent layer that ONNX has an operator for.</summary>
    /// <param name="graph">receives the nodes</param>
    /// <param name="layer">the layer</param>
    /// <param name="input">what it sees, [T, N, I]</param>
    /// <param name="isLast">whether its outputs are wanted for the last step alone</param>
    internal static string? Add(GraphBuilder graph, ExportedLayer layer, string input, bool isLast)
    {
        CellSpec? cell = layer.Layer switch
        {
            CellSpec single => single,
            BidirectionalSpec both => both.Inner,
            ReversedSpec reversed => reversed.Inner,
            _ => null,
        };
        if (cell is null || RecurrentOperator.Of(cell) is not { } type)
        {
            return null;
        }

        int directions = layer.Layer is BidirectionalSpec ? 2 : 1, hidden = cell.HiddenSize;
        bool hasMemory = cell is LstmSpec;

        string name = layer.Name, sequence = $"{name}.y", finalH = $"{name}.h.final", finalC = $"{name}.c.final";
        string[] weights = Weights(graph, layer, cell, RecurrentOperator.GatesOf(type), directions);
        string initialH = graph.Input($"{name}.h.initial", isIndices: false, directions, GraphBuilder.Batch, hidden);
        string initialC = hasMemory ? graph.Input($"{name}.c.initial", isIndices: false, directions, GraphBuilder.Batch, hidden) : "";
        graph.Output(finalH, directions, GraphBuilder.Batch, hidden);
        if (hasMemory)
        {
            graph.Output(finalC, directions, GraphBuilder.Batch, hidden);
        }

        graph.Node(
            type,
            [input, weights[0], weights[1], weights[2], "", initialH, initialC, weights[3]],
            [isLast ? "" : sequence, finalH, .. hasMemory ? (string[])[finalC] : []],
            [
                GraphBuilder.Attribute("hidden_size", hidden),
                GraphBuilder.Attribute("direction", Direction(layer.Layer)),
                .. Options(layer.Layer, cell, type, directions),
            ]);
        return layer.Layer is BidirectionalSpec { Merge: not Merge.Concatenate and var merge }
            ? MergeExport.Add(
                graph, name, merge,
                [
                    .. Enumerable.Range(0, 2).Select(direction => graph.Value(
                        "Gather", $"{name}.direction.{direction}", [sequence, graph.Integer($"{name}.place.{direction}", direction)],
                        GraphBuilder.Attribute("axis", 1))),
                ])
            : SideBySide(graph, name, isLast ? finalH : sequence, isLast, directions, hidden);
    }

    private static string Direction(LayerSpec layer) => layer switch
    {
        BidirectionalSpec => "bidirectional",
        ReversedSpec => "reverse",
        _ => "forward",
    };

    /// <summary>The attributes whose values are not the operator's defaults, and a GRU's form.</summary>
    private static IEnumerable<AttributeProto> Options(LayerSpec layer, CellSpec cell, string type, int directions)
    {
        Activation[] own = RecurrentOperator.ActivationsOf(cell), defaults = RecurrentOperator.Defaults(type);
        Activation[] all = [.. own, .. layer is BidirectionalSpec both ? RecurrentOperator.ActivationsOf(both.Reverse) : []];
        if (!all.AsSpan().SequenceEqual([.. Enumerable.Repeat(defaults, directions).SelectMany(each => each)]))
        {
            foreach (AttributeProto attribute in Activations(all))
            {
                yield return attribute;
            }
        }

        if (RecurrentOperator.ClipOf(cell) is < float.PositiveInfinity and var clip)
        {
            yield return GraphBuilder.Attribute("clip", clip);
        }

        if (cell is LstmSpec { CoupledGates: true })
        {
            yield return GraphBuilder.Attribute("input_forget", 1);
        }

        if (cell is GruSpec gru)
        {
            yield return GraphBuilder.Attribute("linear_before_reset", gru.ResetAfter ? 1 : 0);
        }
    }

    private static IEnumerable<AttributeProto> Activations(Activation[] activations)
    {
        yield return GraphBuilder.Attribute("activations", [.. activations.Select(RecurrentOperator.NameOf)]);
        (float? Alpha, float? Beta)[] parameters
            = [.. activations.Select(activation => RecurrentOperator.Find(activation).ParametersOf(activation))];
        bool areAlike = Array.TrueForAll(parameters, pair => pair is (1, 0) or (null, null));
        float[] alphas = Values(parameters.Select(pair => pair.Alpha), usual: 1);
        float[] betas = Values(parameters.Select(pair => pair.Beta), usual: 0);
        if (alphas.Length > 0)
        {
            yield return GraphBuilder.Attribute("activation_alpha", alphas);
        }

        if (betas.Length > 0)
        {
            yield return GraphBuilder.Attribute("activation_beta", betas);
        }

        // In turn for what takes one; where all values are alike, one for each activation: they fit however readers count them.
        float[] Values(IEnumerable<float?> values, float usual)
        {
            float?[] all = [.. values];
            bool isTaken = Array.Exists(all, value => value is not null);
            return [.. !isTaken ? [] : areAlike ? all.Select(_ => usual) : all.OfType<float>()];
        }
    }

    /// <summary>Y [T, D, N, H] as [T, N, D·H], or Y_h [D, N, H] as [N, D·H].</summary>
    private static string SideBySide(GraphBuilder graph, string name, string values, bool isLast, int directions, int hidden)
    {
        if (directions == 1)
        {
            return graph.Value("Squeeze", $"{name}.output", [values, graph.Integers($"{name}.directions", isLast ? 0 : 1)]);
        }

        string transposed = graph.Value(
            "Transpose", $"{name}.turned", [values], GraphBuilder.Attribute("perm", isLast ? (long[])[1, 0, 2] : [0, 2, 1, 3]));
        string shape = graph.Integers($"{name}.shape", isLast ? [0, directions * hidden] : [0, 0, directions * hidden]);
        return graph.Value("Reshape", $"{name}.output", [transposed, shape]);
    }

    /// <summary>The names of W, R, B and P, which is empty where there is none.</summary>
    private static string[] Weights(GraphBuilder graph, ExportedLayer layer, CellSpec cell, int[] gates, int directions)
    {
        int hidden = cell.HiddenSize, rows = gates.Length * hidden;
        int[] order = GateOrder.Inverse(gates);
        bool resetsAfter = cell is GruSpec { ResetAfter: true }, hasPeepholes = cell is LstmSpec { Peepholes: true };
        var w = new List<float>();
        var r = new List<float>();
        var b = new List<float>();
        var p = new List<float>();
        for (int direction = 0; direction < directions; direction++)
        {
            int length = layer.Parameters.Length / directions, recurrent = rows * layer.InputSize, bias = recurrent + rows * hidden;
            ReadOnlySpan<float> values = layer.Parameters.Slice(direction * length, length), unitWeights = values[(bias + rows)..];
            w.AddRange(GateOrder.Apply(order, values[..recurrent]));
            r.AddRange(GateOrder.Apply(order, values[recurrent..bias]));
            b.AddRange(GateOrder.Apply(order, values.Slice(bias, rows)));

            // The second bias is that within a reset's product: that of n, which is ONNX's last gate too. All others are in the first.
            b.AddRange(new float[rows - (resetsAfter ? hidden : 0)]);
            b.AddRange(resetsAfter ? unitWeights : []);
            p.AddRange(hasPeepholes ? GateOrder.Apply(GateOrder.Inverse(GateOrder.Peepholes), unitWeights) : []);
        }

        string name = layer.Name;
        return
        [
            graph.Weights($"{name}.W", [.. w], directions, rows, layer.InputSize),
            graph.Weights($"{name}.R", [.. r], directions, rows, hidden),
            graph.Weights($"{name}.B", [.. b], directions, 2 * rows),
            hasPeepholes ? graph.Weights($"{name}.P", [.. p], directions, GateOrder.Peepholes.Length * hidden) : "",
        ];
    }
}
