using FastRnn.Onnx.Format;
using FastRnn.Serialization;

namespace FastRnn.Onnx.Import;

/// <summary>Operators that go element by element: sums, differences, products, quotients and powers, of a value and constants or of two
/// values.</summary>
/// <param name="entry">gives the flows of values</param>
/// <param name="algebra">makes flows</param>
internal sealed class ElementwiseImport(FlowEntry entry, FlowAlgebra algebra)
{
    internal DynamicValue? Add(NodeCall call) => Binary(
        call, (node, x, y) => algebra.Sum(node, x, y), (node, x, c, _) => algebra.Affine(node, x, [1], c));

    internal DynamicValue? Subtract(NodeCall call) => Binary(
        call, (node, x, y) => algebra.Sum(node, x, algebra.Scale(node, y, -1)),
        (node, x, c, isFirst) => isFirst ? algebra.Affine(node, x, [-1], c) : algebra.Affine(node, x, [1], Array.ConvertAll(c, v => -v)));

    internal DynamicValue? Multiply(NodeCall call) => Binary(
        call, (node, x, y) => algebra.Multiply(node, x, y), (node, x, c, _) => algebra.Affine(node, x, c, [0]));

    internal DynamicValue? Divide(NodeCall call) => Binary(
        call, (node, x, y) => algebra.Multiply(node, x, algebra.Intermediate(node, y, IntermediateFunction.Reciprocal)),
        (node, x, c, isFirst) => isFirst
            ? algebra.Affine(node, algebra.Intermediate(node, x, IntermediateFunction.Reciprocal), c, [0])
            : algebra.Affine(node, x, Array.ConvertAll(c, v => 1 / v), [0]));

    internal DynamicValue? Power(NodeCall call)
    {
        if (call.Argument(0) is not DynamicValue value)
        {
            return null;
        }

        Flow x = entry.Of(call.Node, value);
        float exponent = call.Tensor(1) is { Count: 1 } tensor
            ? tensor.Floats?[0] ?? tensor.Integers![0]
            : throw call.Node.Refused($"expected one exponent for all features, but it is {call.Tensor(1)}");
        Flow power = exponent switch
        {
            1 => x,
            2 or 3 => algebra.Power(call.Node, x, (int)exponent),
            0.5f => Intermediate(x, IntermediateFunction.Sqrt),
            -1 => Intermediate(x, IntermediateFunction.Reciprocal),
            -0.5f => Intermediate(Intermediate(x, IntermediateFunction.Sqrt), IntermediateFunction.Reciprocal),
            _ => throw call.Node.Refused($"expected 1, 2, 3, 0.5, -0.5 or -1 as exponent, but it is {exponent}"),
        };
        return value with { Source = new FlowSource(power) };

        Flow Intermediate(Flow of, IntermediateFunction function) => algebra.Intermediate(call.Node, of, function);
    }

    /// <summary>A function without a layer of its own.</summary>
    internal DynamicValue Function(NodeCall call, DynamicValue value, IntermediateFunction function)
        => value with { Source = new FlowSource(algebra.Intermediate(call.Node, entry.Of(call.Node, value), function)) };

    internal DynamicValue Negate(NodeCall call, DynamicValue value)
        => value with { Source = new FlowSource(algebra.Scale(call.Node, entry.Of(call.Node, value), -1)) };

    /// <summary>Sum of any number of values.</summary>
    internal DynamicValue? SumAll(NodeCall call)
    {
        DynamicValue? sum = null;
        foreach (GraphValue? argument in call.Arguments)
        {
            var value = argument as DynamicValue;
            if (value is null)
            {
                return null;
            }

            sum = sum is null ? value : Met(call, sum, value, (x, y) => algebra.Sum(call.Node, x, y));
        }

        return sum;
    }

    /// <summary>Mean of any number of values.</summary>
    internal DynamicValue? Average(NodeCall call)
    {
        DynamicValue[] values = [.. call.Arguments.OfType<DynamicValue>()];
        if (values.Length != call.Arguments.Length || values.Length == 0)
        {
            return null;
        }

        Axis[]? axes = values.Skip(1).Aggregate(
            (Axis[]?)values[0].Axes, (met, value) => met is null ? null : FeatureAxes.Meeting(met, value.Axes));
        Flow[] parts = [.. values.Select(value => entry.Of(call.Node, value))];
        return axes is null ? throw DoNotMeet(call, values[0], values[^1])
            : parts.Length == 1 ? values[0]
            : new DynamicValue(new FlowSource(algebra.Average(call.Node, parts)), axes);
    }

    private DynamicValue? Binary(
        NodeCall call, Func<NodeReader, Flow, Flow, Flow> ofValues, Func<NodeReader, Flow, double[], bool, Flow> ofConstants)
    {
        switch (call.Arguments)
        {
            case [DynamicValue first, DynamicValue second]:
                return Met(call, first, second, (x, y) => ofValues(call.Node, x, y));
            case [DynamicValue value, Constant { Tensor: var constant }]:
                return WithConstant(value, constant, isFirst: false);
            case [Constant { Tensor: var constant }, DynamicValue value]:
                return WithConstant(value, constant, isFirst: true);
            default:
                return null;
        }

        DynamicValue WithConstant(DynamicValue value, Tensor constant, bool isFirst)
        {
            Flow flow = entry.Of(call.Node, value);
            double[] vector = FeatureAxes.Vector(ref value, flow, constant) ?? throw call.Node.Refused(
                $"expected one number for all features or one for each, but {constant} meets {value}");
            flow = flow.Size == 1 ? algebra.Broadcast(call.Node, flow, vector.Length) : flow;
            return value with { Source = new FlowSource(ofConstants(call.Node, flow, vector, isFirst)) };
        }
    }

    private DynamicValue Met(NodeCall call, DynamicValue first, DynamicValue second, Func<Flow, Flow, Flow> combine)
    {
        Flow x = entry.Of(call.Node, first), y = entry.Of(call.Node, second);
        Axis[] axes = FeatureAxes.Meeting(first.Axes, second.Axes) ?? throw DoNotMeet(call, first, second);
        return new DynamicValue(new FlowSource(combine(x, y)), axes);
    }

    private static FastRnnFormatException DoNotMeet(NodeCall call, DynamicValue first, DynamicValue second)
        => call.Node.Refused($"expected values whose axes meet, but they are {first} and {second}");
}
