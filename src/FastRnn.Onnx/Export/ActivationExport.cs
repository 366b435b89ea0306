namespace FastRnn.Onnx.Export;

/// <summary>Writes activations as the nodes of opset 14 that compute them.</summary>
internal static class ActivationExport
{
    /// <summary>The activated values.</summary>
    /// <param name="graph">receives the nodes</param>
    /// <param name="name">what names begin with</param>
    /// <param name="x">what is activated</param>
    /// <param name="activation">the activation</param>
    /// <param name="slopes">those of a PRelu</param>
    internal static string Add(GraphBuilder graph, string name, string x, Activation activation, ReadOnlySpan<float> slopes)
    {
        string output = $"{name}.output";
        switch (activation.Kind)
        {
            case ActivationKind.Identity:
                return x;
            case ActivationKind.Softmax or ActivationKind.LogSoftmax:
                return graph.Value(activation.Kind.ToString(), output, [x], GraphBuilder.Attribute("axis", -1));
            case ActivationKind.Elu or ActivationKind.LeakyRelu or ActivationKind.ThresholdedRelu:
                return graph.Value(activation.Kind.ToString(), output, [x], GraphBuilder.Attribute("alpha", activation.Alpha));
            case ActivationKind.Selu:
                return graph.Value(
                    "Selu", output, [x], GraphBuilder.Attribute("alpha", activation.Alpha),
                    GraphBuilder.Attribute("gamma", activation.Beta));
            case ActivationKind.HardSigmoid:
                return graph.Value(
                    "HardSigmoid", output, [x], GraphBuilder.Attribute("alpha", activation.Alpha),
                    GraphBuilder.Attribute("beta", activation.Beta));
            case ActivationKind.HardTanh:
                return graph.Value("Clip", output, [x, Bound("min", activation.Alpha), Bound("max", activation.Beta)]);
            case ActivationKind.PRelu:
                return graph.Value("PRelu", output, [x, graph.Weights($"{name}.slopes", slopes, slopes.Length)]);
            case ActivationKind.Silu:
                return graph.Value("Mul", output, [x, graph.Value("Sigmoid", $"{name}.gate", [x])]);
            case ActivationKind.Mish:
                string soft = graph.Value("Softplus", $"{name}.soft", [x]);
                return graph.Value("Mul", output, [x, graph.Value("Tanh", $"{name}.gate", [soft])]);
            case ActivationKind.Gelu:
                return Half(graph.Value("Erf", $"{name}.erf", [Times("scaled", x, MathF.Sqrt(0.5f))]));
            case ActivationKind.GeluTanh:
                string cube = graph.Value("Mul", $"{name}.cube", [graph.Value("Mul", $"{name}.square", [x, x]), x]);
                string sum = graph.Value("Add", $"{name}.bent", [x, Times("cubed", cube, 0.044715f)]);
                return Half(graph.Value("Tanh", $"{name}.tanh", [Times("scaled", sum, MathF.Sqrt(2 / MathF.PI))]));
            case ActivationKind.ScaledTanh:
                string tanh = graph.Value("Tanh", $"{name}.tanh", [Times("scaled", x, activation.Beta)]);
                return graph.Value("Mul", output, [tanh, Number("alpha", activation.Alpha)]);
            case ActivationKind.Affine:
                return graph.Value("Add", output, [Times("scaled", x, activation.Alpha), Number("beta", activation.Beta)]);
            case ActivationKind.Tanh or ActivationKind.Relu or ActivationKind.Sigmoid or ActivationKind.Softplus or ActivationKind.Softsign
                or ActivationKind.HardSwish:
                return graph.Value(activation.Kind.ToString(), output, [x]);
            default:
                throw new NotSupportedException($"Expected activations that ONNX has, but one of {name} is {activation}.");
        }

        string Number(string part, float value) => graph.Weights($"{name}.{part}", [value]);

        string Times(string part, string of, float factor) => graph.Value("Mul", $"{name}.{part}", [of, Number($"{part}.factor", factor)]);

        string Bound(string part, float value) => float.IsInfinity(value) ? "" : Number(part, value);

        // x·(1 + …)/2
        string Half(string function)
        {
            string gate = graph.Value("Add", $"{name}.gate", [function, Number("one", 1)]);
            return graph.Value("Mul", output, [Times("half", x, 0.5f), gate]);
        }
    }
}
