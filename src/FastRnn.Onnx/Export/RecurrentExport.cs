using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Export;

/// <summary>Recurrent layers become RNN, LSTM and GRU nodes, with their states as inputs and outputs of the graph.</summary>
internal static class RecurrentExport
{
    /// <summary>The layer's output; null where it is no recurrent layer that ONNX has an operator for.</summary>
    /// <param name="graph">receives the nodes</param>
    /// <param name="layer">the layer</param>
    /// <param name="input">what it sees, [T, N, I]</param>
    /// <param name="isLast">whether its outputs are wanted for the last step alone</param>
    internal static string? Add(GraphBuilder graph, ExportedLayer layer, string input, bool isLast)
    {
        int directions = layer.Layer is Cell ? 1 : 2;
        int hidden = layer.OutputSize / directions;
        if (hidden == 0 || Find(layer.Layer, hidden) is not { } kind)
        {
            return null;
        }

        string name = layer.Name, sequence = $"{name}.y", finalH = $"{name}.h.final", finalC = $"{name}.c.final";
        string[] weights = Weights(graph, layer, kind, directions, hidden);
        string initialH = graph.Input($"{name}.h.initial", isIndices: false, directions, GraphBuilder.Batch, hidden);
        string initialC = kind.HasMemory ? graph.Input($"{name}.c.initial", isIndices: false, directions, GraphBuilder.Batch, hidden) : "";
        graph.Output(finalH, directions, GraphBuilder.Batch, hidden);
        if (kind.HasMemory)
        {
            graph.Output(finalC, directions, GraphBuilder.Batch, hidden);
        }

        graph.Node(
            kind.Operator,
            [input, weights[0], weights[1], weights[2], "", initialH, initialC, weights[3]],
            [isLast ? "" : sequence, finalH, .. kind.HasMemory ? (string[])[finalC] : []],
            [
                GraphBuilder.Attribute("hidden_size", hidden),
                GraphBuilder.Attribute("direction", directions == 2 ? "bidirectional" : "forward"),
                .. kind.Activation == Activation.Relu
                    ? [GraphBuilder.Attribute("activations", [.. Enumerable.Repeat("Relu", directions)])]
                    : (AttributeProto[])[],
                .. kind.Operator == "GRU"
                    ? [GraphBuilder.Attribute("linear_before_reset", kind.ResetsAfter ? 1 : 0)]
                    : (AttributeProto[])[],
            ]);
        return SideBySide(graph, name, isLast ? finalH : sequence, isLast, directions, hidden);
    }

    /// <summary>Y [T, D, N, H] as [T, N, D·H], or Y_h [D, N, H] as [N, D·H].</summary>
    private static string SideBySide(GraphBuilder graph, string name, string values, bool isLast, int directions, int hidden)
    {
        if (directions == 1)
        {
            return graph.Value("Squeeze", $"{name}.output", [values, graph.Integers($"{name}.directions", isLast ? 0 : 1)]);
        }

        string turned = graph.Value(
            "Transpose", $"{name}.turned", [values], GraphBuilder.Attribute("perm", isLast ? [1L, 0, 2] : [0L, 2, 1, 3]));
        string shape = graph.Integers($"{name}.shape", isLast ? [0, directions * hidden] : [0, 0, directions * hidden]);
        return graph.Value("Reshape", $"{name}.output", [turned, shape]);
    }

    /// <summary>The names of W, R, B and P, which is empty where there is none.</summary>
    private static string[] Weights(GraphBuilder graph, ExportedLayer layer, Kind kind, int directions, int hidden)
    {
        int rows = kind.Order.Length * hidden;
        int[] order = GateOrder.Inverse(kind.Order);
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
            b.AddRange(new float[rows - (kind.ResetsAfter ? hidden : 0)]);
            if (kind.ResetsAfter)
            {
                b.AddRange(values);
            }
            else if (kind.HasPeepholes)
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
            kind.HasPeepholes ? graph.Weights($"{name}.P", [.. p], directions, 3 * hidden) : "",
        ];
    }

    private static ReadOnlySpan<float> Take(ref ReadOnlySpan<float> values, int count)
    {
        ReadOnlySpan<float> taken = values[..count];
        values = values[count..];
        return taken;
    }

    private static Kind? Find(Layer layer, int hidden)
    {
        (Cell Cell, Kind Kind)[] known =
        [
            (Cell.Elman(hidden), new Kind("RNN", GateOrder.Rnn)),
            (Cell.Elman(hidden, Activation.Relu), new Kind("RNN", GateOrder.Rnn) { Activation = Activation.Relu }),
            (Cell.Lstm(hidden), new Kind("LSTM", GateOrder.Lstm)),
            (Cell.Lstm(hidden, peepholes: true), new Kind("LSTM", GateOrder.Lstm) { HasPeepholes = true }),
            (Cell.Gru(hidden), new Kind("GRU", GateOrder.Gru) { ResetsAfter = true }),
            (Cell.Gru(hidden, resetAfter: false), new Kind("GRU", GateOrder.Gru)),
        ];
        return Array.Find(known, pair => layer.Equals(pair.Cell) || layer.Equals(Cell.Bidirectional(pair.Cell))).Kind;
    }

    /// <summary>A cell that ONNX has.</summary>
    private sealed record Kind(string Operator, int[] Order)
    {
        public Activation Activation { get; init; } = Activation.Tanh;

        public bool HasPeepholes { get; init; }

        public bool ResetsAfter { get; init; }

        public bool HasMemory => Operator == "LSTM";
    }
}
