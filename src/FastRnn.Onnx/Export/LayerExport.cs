namespace FastRnn.Onnx.Export;

/// <summary>Writes layers without a recurrent cell as the nodes that compute them.</summary>
internal static class LayerExport
{
    /// <summary>The layer's output; null where ONNX has nothing for it.</summary>
    /// <param name="graph">receives the nodes</param>
    /// <param name="layer">the layer</param>
    /// <param name="input">what it sees</param>
    internal static string? Add(GraphBuilder graph, ExportedLayer layer, string input) => layer.Layer switch
    {
        DenseSpec dense => Dense(graph, layer, dense, input),
        EmbeddingSpec => graph.Value(
            "Gather", $"{layer.Name}.output",
            [graph.Weights($"{layer.Name}.table", layer.Parameters, layer.InputSize, layer.OutputSize), input]),
        TimeDelaySpec delay => TimeDelay(graph, layer, delay, input),
        DropoutSpec => graph.Value("Identity", $"{layer.Name}.output", [input]),
        _ => null,
    };

    private static string Dense(GraphBuilder graph, ExportedLayer layer, DenseSpec spec, string input)
    {
        string name = layer.Name;
        int inputs = layer.InputSize, outputs = layer.OutputSize;
        ReadOnlySpan<float> weights = layer.Parameters[..(outputs * inputs)];
        var transposed = new float[weights.Length];
        for (int i = 0; i < transposed.Length; i++)
        {
            transposed[i] = weights[i % outputs * inputs + i / outputs];
        }

        string product = graph.Value("MatMul", $"{name}.product", [input, graph.Weights($"{name}.weights", transposed, inputs, outputs)]);
        string sum = graph.Value(
            "Add", $"{name}.sum", [product, graph.Weights($"{name}.bias", layer.Parameters[(outputs * inputs)..], outputs)]);
        return Activate(graph, name, sum, spec.Activation);
    }

    /// <summary>The window of past inputs is put before the inputs, and a convolution runs over both.</summary>
    private static string TimeDelay(GraphBuilder graph, ExportedLayer layer, TimeDelaySpec spec, string input)
    {
        string name = layer.Name;
        int inputs = layer.InputSize, outputs = layer.OutputSize;
        int width = spec.Width, past = (width - 1) * spec.Dilation;
        ReadOnlySpan<float> parameters = layer.Parameters;
        var weights = new float[outputs * inputs * width];
        for (int i = 0; i < weights.Length; i++)
        {
            // [O, width·I] to [O, I, width]
            weights[i] = parameters[i / (inputs * width) * inputs * width + i % width * inputs + i / width % inputs];
        }

        if (past > 0)
        {
            string window = graph.Input($"{name}.window.initial", isIndices: false, past, GraphBuilder.Batch, inputs);
            input = graph.Value("Concat", $"{name}.input", [window, input], GraphBuilder.Attribute("axis", 0));
            string[] bounds =
            [
                graph.Integers($"{name}.window.start", -past), graph.Integers($"{name}.window.end", long.MaxValue),
                graph.Integers($"{name}.window.axis", 0),
            ];
            graph.Value("Slice", graph.Output($"{name}.window.final", past, GraphBuilder.Batch, inputs), [input, .. bounds]);
        }

        string channels = graph.Value("Transpose", $"{name}.channels", [input], GraphBuilder.Attribute("perm", [1L, 2, 0]));
        string convolved = graph.Value(
            "Conv", $"{name}.convolved",
            [
                channels, graph.Weights($"{name}.weights", weights, outputs, inputs, width),
                graph.Weights($"{name}.bias", parameters[weights.Length..], outputs),
            ],
            GraphBuilder.Attribute("kernel_shape", [(long)width]), GraphBuilder.Attribute("dilations", [(long)spec.Dilation]));
        string steps = graph.Value("Transpose", $"{name}.sum", [convolved], GraphBuilder.Attribute("perm", [2L, 0, 1]));
        return Activate(graph, name, steps, spec.Activation);
    }

    private static string Activate(GraphBuilder graph, string name, string values, Activation activation) => activation.Kind switch
    {
        ActivationKind.Identity => values,
        ActivationKind.Softmax or ActivationKind.LogSoftmax
            => graph.Value(activation.ToString(), $"{name}.output", [values], GraphBuilder.Attribute("axis", -1)),
        ActivationKind.Tanh or ActivationKind.Relu or ActivationKind.Sigmoid or ActivationKind.Softplus or ActivationKind.Softsign
            => graph.Value(activation.ToString(), $"{name}.output", [values]),
        _ => throw new NotSupportedException($"Expected an activation that can be exported for {name}, but got {activation}."),
    };
}
