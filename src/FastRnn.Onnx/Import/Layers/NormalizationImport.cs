namespace FastRnn.Onnx.Import;

/// <summary>Normalizations that are operators: over the features, and with statistics that are constants.</summary>
/// <param name="entry">gives the flows of values</param>
/// <param name="algebra">makes flows</param>
internal sealed class NormalizationImport(FlowEntry entry, FlowAlgebra algebra)
{
    internal GraphValue[]? Layer(NodeCall call)
    {
        if (call.Argument(0) is not DynamicValue value)
        {
            return null;
        }

        Flow flow = entry.Of(call.Node, value);
        int axis = call.Axis(call.Node.Int("axis", -1), value.Axes.Length);
        float epsilon = call.Node.FloatOrNull("epsilon") ?? 1e-5f;
        call.Node.IntOrNull("stash_type");
        if (axis != value.Axes.Length - 1 || !FeatureAxes.AreLast(value, flow) || !(epsilon > 0))
        {
            throw call.Node.Refused(
                $"expected a normalization over the features, the last axis, with an epsilon above 0, but axis is {axis} of {value} and "
                + $"epsilon {epsilon}");
        }

        Flow normal = algebra.Apply(call.Node, new NormalizationOperation(epsilon, IsCentered: true), flow);
        double[] gain = Constants(call, value, flow, 1), bias = call.Argument(2) is null ? [0] : Constants(call, value, flow, 2);
        return [value with { Source = new FlowSource(algebra.Affine(call.Node, normal, gain, bias)) }];
    }

    /// <summary>(x − mean)·scale/√(variance + ε) + bias, features along axis 1.</summary>
    internal GraphValue[]? Batch(NodeCall call)
    {
        const int Scale = 1, Bias = 2, Mean = 3, Variance = 4;
        if (call.Argument(0) is not DynamicValue value)
        {
            return null;
        }

        Flow flow = entry.Of(call.Node, value);
        float epsilon = call.Node.FloatOrNull("epsilon") ?? 1e-5f;
        call.Node.FloatOrNull("momentum");
        if (call.Node.Int("training_mode", 0) != 0 || call.Node.Int("spatial", 1) != 1)
        {
            throw call.Node.Refused("expected training_mode 0 and spatial 1, but one is another");
        }

        if (value.Axes.Length < 2 || !FeatureAxes.Are(value, flow, 1))
        {
            throw call.Node.Refused($"expected values with features along axis 1, but they are {value}");
        }

        int size = (int)(value.Axes[1].Size ?? call.Tensor(Scale).Count);
        double[] scale = Statistics(Scale), bias = Statistics(Bias), mean = Statistics(Mean), variance = Statistics(Variance);
        for (int i = 0; i < size; i++)
        {
            if (!(variance[i] >= 0 && variance[i] + epsilon > 0))
            {
                throw call.Node.Refused(FormattableString.Invariant(
                    $"expected variances of at least 0, and above 0 with epsilon {epsilon}, but feature {i} has {variance[i]}"));
            }

            scale[i] /= Math.Sqrt(variance[i] + epsilon);
            mean[i] = -mean[i];
        }

        Flow centered = algebra.Affine(call.Node, flow, [1], mean);
        return [value with { Source = new FlowSource(algebra.Affine(call.Node, centered, scale, bias)) }];

        double[] Statistics(int input)
            => call.Tensor(input) is { Floats: { } floats } && floats.Length == size && flow.HasSize(size)
                ? Array.ConvertAll(floats, number => (double)number)
                : throw call.Node.Refused($"expected floats [{size}] as input {input}, but it is {call.Tensor(input)}");
    }

    private static double[] Constants(NodeCall call, DynamicValue value, Flow flow, int input)
        => FeatureAxes.Vector(ref value, flow, call.Tensor(input))
            ?? throw call.Node.Refused($"expected floats [{flow.Size}] as input {input}, but it is {call.Tensor(input)}");
}
