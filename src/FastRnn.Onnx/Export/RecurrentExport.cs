using FastRnn.Onnx.Cells;
using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Export;

/// <summary>Recurrent layers become RNN, LSTM and GRU nodes, with their states as inputs and outputs of the graph.</summary>
internal static class RecurrentExport
{
    /// <summary>Coefficients of a unit, which stand behind the bound.</summary>
    private const int Peepholes = 3;

    /// <summary>The layer's output; null where it is no recurrent layer that ONNX has an operator for.</summary>
    /// <param name="graph">receives the nodes</param>
    /// <param name="layer">the layer</param>
    /// <param name="input">what it sees, [T, N, I]</param>
    /// <param name="isLast">whether its outputs are wanted for the last step alone</param>
    internal static string? Add(GraphBuilder graph, ExportedLayer layer, string input, bool isLast)
    {
        int directions = layer.Layer is Cell.BidirectionalSpec ? 2 : 1;
        int hidden = layer.OutputSize / directions;
        if (hidden == 0 || Find(layer, directions, hidden) is not { } cell)
        {
            return null;
        }

        string name = layer.Name, sequence = $"{name}.y", finalH = $"{name}.h.final", finalC = $"{name}.c.final";
        string[] weights = Weights(graph, layer, cell, directions, hidden);
        string initialH = graph.Input($"{name}.h.initial", isIndices: false, directions, GraphBuilder.Batch, hidden);
        string initialC = cell.HasMemory ? graph.Input($"{name}.c.initial", isIndices: false, directions, GraphBuilder.Batch, hidden) : "";
        graph.Output(finalH, directions, GraphBuilder.Batch, hidden);
        if (cell.HasMemory)
        {
            graph.Output(finalC, directions, GraphBuilder.Batch, hidden);
        }

        graph.Node(
            cell.Operator,
            [input, weights[0], weights[1], weights[2], "", initialH, initialC, weights[3]],
            [isLast ? "" : sequence, finalH, .. cell.HasMemory ? (string[])[finalC] : []],
            [
                GraphBuilder.Attribute("hidden_size", hidden),
                GraphBuilder.Attribute("direction", Direction(layer.Layer)),
                .. Options(cell, directions),
            ]);
        return SideBySide(graph, name, isLast ? finalH : sequence, isLast, directions, hidden);
    }

    private static string Direction(Layer layer) => layer switch
    {
        Cell.BidirectionalSpec => "bidirectional",
        Cell.ReversedSpec => "reverse",
        _ => "forward",
    };

    /// <summary>The attributes that have other values than the operator's own, and a GRU's form.</summary>
    private static IEnumerable<AttributeProto> Options(OnnxCell cell, int directions)
    {
        if (!cell.HasDefaultActivations)
        {
            string[] names = [.. cell.Activations.Select(OnnxCell.NameOf)];
            yield return GraphBuilder.Attribute("activations", [.. Enumerable.Repeat(names, directions).SelectMany(all => all)]);
        }

        if (cell.Activations.Contains(Activation.Identity))
        {
            // One for each activation, whether it takes any or not: so they fit however they are counted.
            var zeros = new float[directions * cell.Activations.Length];
            yield return GraphBuilder.Attribute("activation_alpha", Array.ConvertAll(zeros, _ => 1f));
            yield return GraphBuilder.Attribute("activation_beta", zeros);
        }

        if (cell.Clip is < OnnxCell.Unbound and var clip)
        {
            yield return GraphBuilder.Attribute("clip", clip);
        }

        if (cell.IsCoupled)
        {
            yield return GraphBuilder.Attribute("input_forget", 1);
        }

        if (cell.Operator == "GRU")
        {
            yield return GraphBuilder.Attribute("linear_before_reset", cell.ResetsAfter ? 1 : 0);
        }
    }

    /// <summary>Y [T, D, N, H] as [T, N, D·H], or Y_h [D, N, H] as [N, D·H].</summary>
    private static string SideBySide(GraphBuilder graph, string name, string values, bool isLast, int directions, int hidden)
    {
        if (directions == 1)
        {
            return graph.Value("Squeeze", $"{name}.output", [values, graph.Integers($"{name}.directions", isLast ? 0 : 1)]);
        }

        string turned = graph.Value(
            "Transpose", $"{name}.turned", [values], GraphBuilder.Attribute("perm", isLast ? (long[])[1, 0, 2] : [0, 2, 1, 3]));
        string shape = graph.Integers($"{name}.shape", isLast ? [0, directions * hidden] : [0, 0, directions * hidden]);
        return graph.Value("Reshape", $"{name}.output", [turned, shape]);
    }

    /// <summary>The names of W, R, B and P, which is empty where there is none.</summary>
    private static string[] Weights(GraphBuilder graph, ExportedLayer layer, OnnxCell cell, int directions, int hidden)
    {
        int rows = cell.Order.Length * hidden;
        int[] order = GateOrder.Inverse(cell.Order);
        var w = new List<float>();
        var r = new List<float>();
        var b = new List<float>();
        var p = new List<float>();
        for (int direction = 0; direction < directions; direction++)
        {
            int length = layer.Parameters.Length / directions;
            ReadOnlySpan<float> values = layer.Parameters.Slice(direction * length, length);
            ReadOnlySpan<float> input = Take(ref values, rows * layer.InputSize);
            ReadOnlySpan<float> recurrent = Take(ref values, rows * hidden);
            ReadOnlySpan<float> bias = Take(ref values, rows);
            w.AddRange(GateOrder.Apply(order, input));
            r.AddRange(GateOrder.Apply(order, recurrent));
            b.AddRange(GateOrder.Apply(order, bias));

            // The bias within a reset's product is that of n, which is ONNX's last gate too; all others have come with the input's.
            b.AddRange(new float[rows - (cell.ResetsAfter ? hidden : 0)]);
            if (cell.ResetsAfter)
            {
                b.AddRange(Take(ref values, hidden));
            }

            if (cell.HasBound)
            {
                // The bound has become an attribute.
                Take(ref values, hidden);
            }

            if (cell.TakesPeepholes)
            {
                p.AddRange(GateOrder.Apply(GateOrder.Inverse(GateOrder.Peepholes), values));
            }
        }

        string name = layer.Name;
        return
        [
            graph.Weights($"{name}.W", [.. w], directions, rows, layer.InputSize),
            graph.Weights($"{name}.R", [.. r], directions, rows, hidden),
            graph.Weights($"{name}.B", [.. b], directions, 2 * rows),
            cell.TakesPeepholes ? graph.Weights($"{name}.P", [.. p], directions, Peepholes * hidden) : "",
        ];
    }

    private static ReadOnlySpan<float> Take(ref ReadOnlySpan<float> values, int count)
    {
        ReadOnlySpan<float> taken = values[..count];
        values = values[count..];
        return taken;
    }

    /// <summary>What the layer's cell is to ONNX; null where it has nothing for it.</summary>
    private static OnnxCell? Find(ExportedLayer layer, int directions, int hidden)
    {
        Cell? cell = layer.Layer switch
        {
            Cell single => single,
            Cell.BidirectionalSpec both => both.Cell,
            Cell.ReversedSpec reversed => reversed.Cell,
            _ => null,
        };
        return cell is null ? null : OnnxCell.Of(cell, Bound);

        float? Bound(OnnxCell found)
        {
            int length = layer.Parameters.Length / directions, start = length - (found.HasMemory ? Peepholes + 1 : 1) * hidden;
            float[] bounds =
            [
                .. Enumerable.Range(0, directions * hidden)
                    .Select(unit => layer.Parameters[unit / hidden * length + start + unit % hidden]),
            ];
            return Array.TrueForAll(bounds, bound => bound == bounds[0]) ? bounds[0] : null;
        }
    }
}
