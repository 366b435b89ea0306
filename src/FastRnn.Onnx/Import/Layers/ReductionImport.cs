using FastRnn.Serialization;

namespace FastRnn.Onnx.Import;

/// <summary>Means, sums and maxima over time, which are poolings, and means and sums over the features of a step.</summary>
/// <param name="entry">gives the flows of values</param>
/// <param name="algebra">makes flows</param>
internal sealed class ReductionImport(FlowEntry entry, FlowAlgebra algebra)
{
    internal DynamicValue Reduce(NodeCall call, DynamicValue value, Pooling function)
    {
        int rank = value.Axes.Length;
        long[]? given = call.Integers("axes", 1);
        bool keeps = call.Node.Int("keepdims", 1) != 0;
        if (given is null or [] && call.Node.Int("noop_with_empty_axes", 0) != 0)
        {
            return value;
        }

        int[] axes = given is { Length: > 0 } ? call.Axes(given, rank) : [.. Enumerable.Range(0, rank)];
        return Reduced(call, value, axes, function, keeps);
    }

    /// <summary>Over all axes behind batch and features.</summary>
    internal DynamicValue Global(NodeCall call, DynamicValue value, Pooling function)
        => value.Axes.Length >= 3 && FeatureAxes.Are(value, entry.Of(call.Node, value), 1)
            ? Reduced(call, value, [.. Enumerable.Range(2, value.Axes.Length - 2)], function, keeps: true)
            : throw call.Node.Refused($"expected values [Batch, features, Time], but they are {value}");

    private DynamicValue Reduced(NodeCall call, DynamicValue value, int[] places, Pooling function, bool keeps)
    {
        Flow flow = entry.Of(call.Node, value);
        Axis[] axes = [.. value.Axes];
        foreach (int place in places.Order())
        {
            Axis axis = axes[place];
            bool isLastOfInput = place == axes.Length - 1 && axes.Length > 1 && FeatureAxes.IsOpen(flow)
                && value.Axes.All(other => other.Role != OnnxAxis.Feature);
            if (axis.Role == OnnxAxis.Feature || (isLastOfInput && axis.Bind(OnnxAxis.Feature)))
            {
                flow = OverFeatures(call, value, flow, place, function);
            }
            else if (axis.Role == OnnxAxis.Direction && axis.Size is > 1 and var directions)
            {
                flow = OverDirections(call, value, flow, (int)directions, function);
            }
            else if (!(axis.IsSingle && axis.Role != OnnxAxis.Time))
            {
                flow = OverTime(call, value, flow, axis, function);
            }

            axes[place] = new Axis(1, axis.Role == OnnxAxis.Feature ? OnnxAxis.Feature : null);
        }

        return new DynamicValue(
            new FlowSource(flow), keeps ? axes : [.. axes.Where((_, place) => !places.Contains(place))]);
    }

    private Flow OverTime(NodeCall call, DynamicValue value, Flow flow, Axis axis, Pooling function)
    {
        bool isTime = !flow.IsReduced && axis.Parts.Length == 0
            && (axis.Role == OnnxAxis.Time || (axis.Role is null && value.Axes.All(other => other.Role != OnnxAxis.Time)))
            && axis.Bind(OnnxAxis.Time);
        return isTime
            ? algebra.Pool(call.Node, flow, function)
            : throw Refused(call, value);
    }

    private Flow OverFeatures(NodeCall call, DynamicValue value, Flow flow, int place, Pooling function)
    {
        if (!FeatureAxes.Are(value, flow, place) || flow.Size is not { } size || (function == Pooling.Max && size > 1))
        {
            throw Refused(call, value);
        }

        Flow sum = algebra.FeatureSum(call.Node, flow);
        return function == Pooling.Mean ? algebra.Scale(call.Node, sum, 1.0 / size) : sum;
    }

    private Flow OverDirections(NodeCall call, DynamicValue value, Flow flow, int directions, Pooling function)
    {
        if (function == Pooling.Max || flow.Size is not { } size || size % directions != 0)
        {
            throw Refused(call, value);
        }

        int features = size / directions;
        Flow[] parts =
        [
            .. Enumerable.Range(0, directions).Select(direction => algebra.Select(
                call.Node, flow, [.. Enumerable.Range(direction * features, features)])),
        ];
        return function == Pooling.Mean ? algebra.Average(call.Node, parts) : parts.Aggregate((x, y) => algebra.Sum(call.Node, x, y));
    }

    private static FastRnnFormatException Refused(NodeCall call, DynamicValue value)
        => call.Node.Refused(
            $"expected a mean, sum or maximum over time, or a mean or sum over the features, but it is over other axes of {value}");
}
