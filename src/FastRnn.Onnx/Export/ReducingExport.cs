namespace FastRnn.Onnx.Export;

/// <summary>Writes layers that make one row of all steps: [T, N, F] becomes [N, F]. They begin with nothing, whatever the state of a model
/// is.</summary>
internal static class ReducingExport
{
    /// <summary>The layer's output; null where it is another.</summary>
    /// <param name="graph">receives the nodes</param>
    /// <param name="layer">the layer</param>
    /// <param name="input">what it sees</param>
    /// <param name="reverseColumn">from which column on its inputs are those of a reverse direction; null where there is none</param>
    internal static string? Add(GraphBuilder graph, ExportedLayer layer, string input, int? reverseColumn)
    {
        string name = layer.Name, output = $"{name}.output";
        switch (layer.Layer)
        {
            case LastStepSpec last:
                return LastStep(graph, layer, input, last.EachDirection ? reverseColumn : null);
            case PoolingSpec { Function: Pooling.Sum }:
                return Sum(graph, name, input);
            case PoolingSpec pooling:
                return graph.Value(
                    pooling.Function == Pooling.Mean ? "ReduceMean" : "ReduceMax", output, [input],
                    GraphBuilder.Attribute("axes", [0L]), GraphBuilder.Attribute("keepdims", 0));
            case AttentionPoolingSpec:
                string scores = graph.Value(
                    "MatMul", $"{name}.scores", [input, graph.Weights($"{name}.weights", layer.Parameters, layer.InputSize, 1)]);
                string weights = graph.Value("Softmax", $"{name}.shares", [scores], GraphBuilder.Attribute("axis", 0));
                return Sum(graph, name, graph.Value("Mul", $"{name}.weighted", [input, weights]));
            default:
                return null;
        }
    }

    private static string Sum(GraphBuilder graph, string name, string input)
        => graph.Value(
            "ReduceSum", $"{name}.output", [input, graph.Integers($"{name}.axes", 0)], GraphBuilder.Attribute("keepdims", 0));

    private static string LastStep(GraphBuilder graph, ExportedLayer layer, string input, int? reverseColumn)
    {
        string name = layer.Name;
        int size = layer.InputSize;
        if (reverseColumn is not { } column || column == size)
        {
            return graph.Value("Gather", $"{name}.output", [input, graph.Integer($"{name}.last", -1)]);
        }

        string start = graph.Value("Gather", $"{name}.start", [Columns("backward", column, size), graph.Integer($"{name}.first", 0)]);
        if (column == 0)
        {
            return start;
        }

        string end = graph.Value("Gather", $"{name}.end", [Columns("forward", 0, column), graph.Integer($"{name}.last", -1)]);
        return graph.Value("Concat", $"{name}.output", [end, start], GraphBuilder.Attribute("axis", -1));

        string Columns(string part, int from, int to) => from == 0 && to == size
            ? input
            : graph.Value(
                "Slice", $"{name}.{part}",
                [
                    input, graph.Integers($"{name}.{part}.from", from), graph.Integers($"{name}.{part}.to", to),
                    graph.Integers($"{name}.{part}.axis", -1),
                ]);
    }
}
