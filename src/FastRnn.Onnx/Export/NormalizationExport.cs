namespace FastRnn.Onnx.Export;

/// <summary>Writes scales, shifts and normalizations.</summary>
internal static class NormalizationExport
{
    /// <summary>The operator LayerNormalization is there from this opset on.</summary>
    private const int LayerNormalizationOpset = 17;

    /// <summary>The layer's output; null where it is another.</summary>
    internal static string? Add(GraphBuilder graph, ExportedLayer layer, string input)
    {
        int size = layer.InputSize;
        string name = layer.Name, output = $"{name}.output";
        switch (layer.Layer)
        {
            case AffineSpec:
                string scaled = graph.Value("Mul", $"{name}.scaled", [input, Vector("scale", 0)]);
                return graph.Value("Add", output, [scaled, Vector("shift", size)]);
            case LayerNormalizationSpec normal:
                graph.Require(LayerNormalizationOpset);
                return graph.Value(
                    "LayerNormalization", output, [input, Vector("gain", 0), Vector("bias", size)], GraphBuilder.Attribute("axis", -1),
                    GraphBuilder.Attribute("epsilon", normal.Epsilon));
            case RmsNormalizationSpec rms:
                string squares = graph.Value("Mul", $"{name}.squares", [input, input]);
                string mean = graph.Value("ReduceMean", $"{name}.mean", [squares], GraphBuilder.Attribute("axes", [-1L]));
                string sum = graph.Value("Add", $"{name}.sum", [mean, graph.Weights($"{name}.epsilon", [rms.Epsilon])]);
                string normalized = graph.Value("Div", $"{name}.normalized", [input, graph.Value("Sqrt", $"{name}.root", [sum])]);
                return graph.Value("Mul", output, [normalized, Vector("gain", 0)]);
            default:
                return null;
        }

        string Vector(string part, int start) => graph.Weights($"{name}.{part}", layer.Parameters.Slice(start, size), size);
    }
}
