using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>Products of values and weights become dense layers; a product of weights over time and of steps sums the steps.</summary>
/// <param name="entry">gives the flows of values</param>
/// <param name="algebra">makes flows</param>
/// <param name="budget">how many values may still be made</param>
internal sealed class DenseImport(FlowEntry entry, FlowAlgebra algebra, ValueBudget budget)
{
    internal DynamicValue Product(NodeCall call) => call.Arguments switch
    {
        [DynamicValue first, DynamicValue second] => OverTime(call, first, second),
        [Constant, DynamicValue value] => FromTheLeft(call, value, call.Tensor(0)),
        _ => Product(call, call.Tensor(1), isTransposed: false),
    };

    internal DynamicValue Gemm(NodeCall call)
    {
        if (call.Node.Int("transA", 0) is not 0 and var transposed)
        {
            throw call.Node.Refused($"expected 0 as transA, but it is {transposed}");
        }

        if (call.Required(0) is DynamicValue { Axes.Length: not 2 } rows)
        {
            throw call.Node.Refused($"expected rows of features, but the input is {rows}");
        }

        float alpha = call.Node.FloatOrNull("alpha") ?? 1, beta = call.Node.FloatOrNull("beta") ?? 1;
        DynamicValue product = Product(call, Scaled(call, call.Tensor(1), alpha), isTransposed: call.Node.Int("transB", 0) != 0);
        if (call.TensorOrNull(2) is not { } bias)
        {
            return product;
        }

        double[] shift = FeatureAxes.Vector(ref product, entry.Of(call.Node, product), Scaled(call, bias, beta))
            ?? throw call.Node.Refused($"expected floats [{product.Axes[^1].Size}] as bias, but got {bias}");
        return product with { Source = new FlowSource(algebra.Affine(call.Node, entry.Of(call.Node, product), [1], shift)) };
    }

    private DynamicValue Product(NodeCall call, Tensor weights, bool isTransposed)
    {
        // A vector has one output, without an axis.
        bool isVector = weights.Rank == 1;
        weights = isVector ? weights with { Shape = [weights.Shape[0], 1] } : weights;
        if (call.Required(0) is not DynamicValue value || weights is not { Rank: 2, Floats: { } values } || weights.Shape.Contains(0))
        {
            throw call.Node.Refused($"expected a product of values and weights [I, O], but the weights are {weights}");
        }

        int rows = (int)weights.Shape[0], columns = (int)weights.Shape[1];
        (int inputs, int outputs) = isTransposed ? (columns, rows) : (rows, columns);
        Flow flow = Entered(call, value, value.Axes.Length - 1, inputs);
        budget.Spend(call.Node.Label, values.Length);
        float[] ordered = isTransposed ? values : Transposed(values, rows, columns);
        Flow product = algebra.Apply(call.Node, new DenseOperation(ordered, inputs), flow, outputs);
        Axis[] outer = value.Axes[..^1];
        return new DynamicValue(new FlowSource(product), isVector ? outer : [.. outer, new Axis(outputs, OnnxAxis.Feature)]);
    }

    /// <summary>W·x, with the features along the axis before the last.</summary>
    private DynamicValue FromTheLeft(NodeCall call, DynamicValue value, Tensor weights)
    {
        if (weights is not { Rank: 2, Floats: { } values } || weights.Shape.Contains(0) || value.Axes.Length < 2)
        {
            throw call.Node.Refused(
                $"expected a product of weights [O, I] and values, but the weights are {weights} and the values {value}");
        }

        int outputs = (int)weights.Shape[0], inputs = (int)weights.Shape[1];
        Flow flow = Entered(call, value, value.Axes.Length - 2, inputs);
        Flow product = algebra.Apply(call.Node, new DenseOperation(values, inputs), flow, outputs);
        return new DynamicValue(
            new FlowSource(product), [.. value.Axes[..^2], new Axis(outputs, OnnxAxis.Feature), value.Axes[^1]]);
    }

    /// <summary>Weights [N, 1, Time] times steps [N, Time, F].</summary>
    private DynamicValue OverTime(NodeCall call, DynamicValue weights, DynamicValue steps)
    {
        Flow scores = entry.Of(call.Node, weights), flow = entry.Of(call.Node, steps);
        bool fits = weights.Axes is [.. var outer, var single, var along] && steps.Axes is [.. var others, var time, var features]
            && single.IsSingle && along == time && time.Role == OnnxAxis.Time && outer.AsSpan().SequenceEqual(others)
            && features.Role == OnnxAxis.Feature
            && scores is { Size: 1, Operation: IntermediateOperation { Function: IntermediateFunction.SoftmaxOverTime } };
        return fits
            ? new DynamicValue(
                new FlowSource(algebra.Attention(call.Node, flow, scores.Inputs[0])), [.. steps.Axes[..^2], new Axis(1), steps.Axes[^1]])
            : throw call.Node.Refused(
                "expected a product with weights that are constants, or of a softmax over time and steps, but it is of "
                + $"{weights} and {steps}");
    }

    /// <summary>The flow of a value whose axis at a place has so many features.</summary>
    private Flow Entered(NodeCall call, DynamicValue value, int place, int inputs)
    {
        bool fits = value.Source is not InputSource { IsIndices: true } && place >= 0 && (value.Axes[place].Size ?? inputs) == inputs;
        Flow? flow = fits ? entry.Of(call.Node, value) : null;
        return flow is not null && FeatureAxes.Are(value, flow, place) && flow.HasSize(inputs)
            ? flow
            : throw call.Node.Refused($"expected {inputs} features as last axis, but the input is {value}");
    }

    /// <summary>Constants times a factor of Gemm.</summary>
    private Tensor Scaled(NodeCall call, Tensor tensor, float factor)
    {
        if (factor == 1 || tensor.Floats is not { } values)
        {
            return tensor;
        }

        budget.Spend(call.Node.Label, values.Length);
        return new Tensor(tensor.Shape, Array.ConvertAll(values, value => factor * value));
    }

    private static float[] Transposed(float[] values, int rows, int columns)
    {
        var transposed = new float[values.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                transposed[column * rows + row] = values[row * columns + column];
            }
        }

        return transposed;
    }
}
