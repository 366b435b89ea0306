using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Export;

/// <summary>Writes time-delay layers as convolutions.</summary>
internal static class TimeDelayExport
{
    /// <summary>A causal layer has its window of past inputs put before the inputs; one that looks ahead is padded with zeros.</summary>
    internal static string Add(GraphBuilder graph, ExportedLayer layer, TimeDelaySpec spec, string input)
    {
        string name = layer.Name;
        int inputs = layer.InputSize, outputs = layer.OutputSize, part = inputs / spec.Groups;
        int width = spec.Width, past = (width - 1) * spec.Dilation;
        ReadOnlySpan<float> parameters = layer.Parameters;
        var weights = new float[outputs * part * width];
        for (int i = 0; i < weights.Length; i++)
        {
            // [O, width·I] to [O, I, width]
            weights[i] = parameters[i / (part * width) * part * width + i % width * part + i / width % part];
        }

        bool hasWindow = past > 0 && spec.LookAhead == 0;
        if (hasWindow)
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
        string kernel = graph.Weights($"{name}.weights", weights, outputs, part, width);
        ReadOnlySpan<float> rest = parameters[weights.Length..];
        string[] bias = spec.HasBias ? [graph.Weights($"{name}.bias", rest[..outputs], outputs)] : [];
        string result = graph.Value(
            "Conv", $"{name}.convolved", [channels, kernel, .. bias],
            [
                GraphBuilder.Attribute("kernel_shape", [(long)width]), GraphBuilder.Attribute("dilations", [(long)spec.Dilation]),
                .. spec.Groups > 1 ? (AttributeProto[])[GraphBuilder.Attribute("group", spec.Groups)] : [],
                .. past > 0 && !hasWindow
                    ? (AttributeProto[])[GraphBuilder.Attribute("pads", [(long)past - spec.LookAhead, spec.LookAhead])]
                    : [],
            ]);
        string steps = graph.Value("Transpose", $"{name}.sum", [result], GraphBuilder.Attribute("perm", [2L, 0, 1]));
        return ActivationExport.Add(graph, name, steps, spec.Activation, spec.HasBias ? rest[outputs..] : rest);
    }
}
