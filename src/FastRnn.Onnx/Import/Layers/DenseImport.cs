using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>Products, biases and activations become dense layers of the chain.</summary>
/// <param name="chain">receives the layers</param>
/// <param name="budget">how many values may still be made</param>
internal sealed class DenseImport(LayerChain chain, ValueBudget budget)
{
    internal DynamicValue Product(NodeCall call) => Product(call, call.Tensor(1), isTransposed: false);

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
        return call.TensorOrNull(2) is { } bias ? AddBias(call, product, Scaled(call, bias, beta)) : product;
    }

    internal DynamicValue Bias(NodeCall call)
    {
        int constant = call.Argument(0) is Constant ? 0 : 1;
        return call.Required(1 - constant) is DynamicValue value
            ? AddBias(call, value, call.Tensor(constant))
            : throw call.Node.Refused("expected a bias to be added to values that depend on the graph's inputs");
    }

    internal DynamicValue Softmax(NodeCall call, DynamicValue value)
    {
        const int AxisIsOne = 13;
        int last = value.Axes.Length - 1;
        int axis = call.Axis(call.Node.Int("axis", call.Node.Opset < AxisIsOne ? 1 : -1), value.Axes.Length);
        return axis == last
            ? Activate(call, value, Activation.Softmax)
            : throw call.Node.Refused($"expected the softmax over the features, the last axis of {value}, but its axis is {axis}");
    }

    internal DynamicValue Activate(NodeCall call, DynamicValue value, Activation activation)
    {
        // Elementwise functions do not depend on which axis has the features, once there is a layer.
        if (activation != Activation.Softmax && OpenLayer(value) is { } before)
        {
            chain.Enter(call.Node, value);
            before.Activate(activation);
            chain.Changed();
            return value with { Source = new ChainSource(chain.Version, chain.IsLast) };
        }

        if (!EndsInFeatures(value) || value.Axes[^1].Size is not { } size)
        {
            throw call.Node.Refused($"expected an activation of features of known number, the last axis, but it is of {value}");
        }

        Open(call, value, (int)size).Activate(activation);
        chain.Changed();
        return Output(value, value.Axes[^1]);
    }

    private DynamicValue Product(NodeCall call, Tensor weights, bool isTransposed)
    {
        if (call.Required(0) is not DynamicValue value || weights is not { Rank: 2, Floats: { } values } || weights.Shape.Contains(0))
        {
            throw call.Node.Refused($"expected a product of values and weights [I, O], but the weights are {weights}");
        }

        int rows = (int)weights.Shape[0], columns = (int)weights.Shape[1];
        (int inputs, int outputs) = isTransposed ? (columns, rows) : (rows, columns);
        Enter(call, value, inputs);
        budget.Spend(call.Node.Label, values.Length);
        chain.AddDense(call.Node, new DenseLayer(isTransposed ? values : Transposed(values, rows, columns), inputs, outputs));
        return Output(value, new Axis(outputs, OnnxAxis.Feature));
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

    private DynamicValue AddBias(NodeCall call, DynamicValue value, Tensor bias)
    {
        if (!EndsInFeatures(value) || value.Axes[^1].Size is not { } size)
        {
            throw call.Node.Refused($"expected a bias behind a product, or added to features of known number, but it is added to {value}");
        }

        long[] shape = bias.Shape;
        bool isRow = bias.Floats is not null && shape.Length <= value.Axes.Length
            && (shape is [] || (shape[..^1].All(one => one == 1) && (shape[^1] == size || shape[^1] == 1)));
        if (!isRow)
        {
            throw call.Node.Refused($"expected floats [{size}] as bias, but got {bias}");
        }

        DenseLayer dense = Open(call, value, (int)size);
        budget.Spend(call.Node.Label, size);
        float[] values = bias.Count == size ? bias.Floats! : [.. Enumerable.Repeat(bias.Floats![0], (int)size)];
        dense.Bias = dense.Bias is { } before ? [.. before.Select((element, i) => element + values[i])] : values;
        chain.Changed();
        return Output(value, value.Axes[^1]);
    }

    /// <summary>The dense layer whose product the value is; for an activation or a bias by itself a new one, with the identity as weights.
    /// </summary>
    private DenseLayer Open(NodeCall call, DynamicValue value, int size)
    {
        if (OpenLayer(value) is { } open)
        {
            chain.Enter(call.Node, value);
            return open;
        }

        Enter(call, value, size);
        var unchanged = new DenseLayer(weights: null, size, size);
        chain.AddDense(call.Node, unchanged);
        return unchanged;
    }

    /// <summary>The dense layer whose product the value is, as long as it has no activation.</summary>
    private DenseLayer? OpenLayer(DynamicValue value)
        => value.Source is ChainSource source && source.Version == chain.Version && chain.OpenDense is { HasActivation: false } open
            ? open
            : null;

    /// <summary>Whether the last axis, and no other, has the features. For an input that is decided here; for the outputs of a layer it is
    /// known, and a Transpose or a new axis may have moved them.</summary>
    private static bool EndsInFeatures(DynamicValue value)
        => value.Axes is [.. var outer, var last]
            && outer.All(axis => axis.Role != OnnxAxis.Feature)
            && (value.Source is InputSource or OneHotSource ? last.Bind(OnnxAxis.Feature) : last.Role == OnnxAxis.Feature);

    private void Enter(NodeCall call, DynamicValue value, int inputs)
    {
        bool fits = value.Source is not InputSource { IsIndices: true } && EndsInFeatures(value)
            && (value.Axes[^1].Size ?? inputs) == inputs
            && (value.Source is not OneHotSource { Depth: var depth } || depth == inputs)
            && value.Axes[..^1].All(axis => axis.Role != OnnxAxis.Direction || axis.IsSingle);
        if (!fits)
        {
            throw call.Node.Refused($"expected {inputs} features as last axis, but the input is {value}");
        }

        chain.Enter(call.Node, value);
    }

    private DynamicValue Output(DynamicValue value, Axis features)
        => new(new ChainSource(chain.Version, chain.IsLast), [.. value.Axes[..^1], features]);

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
