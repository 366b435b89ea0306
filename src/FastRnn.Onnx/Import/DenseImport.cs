using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>Products, biases and activations become dense layers of the chain.</summary>
/// <param name="chain">receives the layers</param>
/// <param name="budget">how many values may still be made</param>
internal sealed class DenseImport(LayerChain chain, ValueBudget budget)
{
    /// <summary>The node's value; null where the operator is not one of these.</summary>
    internal GraphValue? Add(NodeCall call) => call.Node.Operator switch
    {
        "MatMul" => Product(call, call.Tensor(1), isTransposed: false),
        "Gemm" => Gemm(call),
        "Add" => Bias(call),
        "Sigmoid" => Activate(call, Activation.Sigmoid),
        "Tanh" => Activate(call, Activation.Tanh),
        "Relu" => Activate(call, Activation.Relu),
        "Softmax" => Softmax(call),
        _ => null,
    };

    private Flow Product(NodeCall call, Tensor weights, bool isTransposed)
    {
        if (call.Required(0) is not Flow flow || weights is not { Rank: 2, Floats: { } values } || weights.Shape.Contains(0))
        {
            throw call.Node.Refused($"expected a product of values and weights [I, O], but the weights are {weights}");
        }

        int rows = (int)weights.Shape[0], columns = (int)weights.Shape[1];
        (int inputs, int outputs) = isTransposed ? (columns, rows) : (rows, columns);
        Enter(call, flow, inputs);
        budget.Spend(call.Node.Label, values.Length);
        var dense = new DenseLayer(isTransposed ? values : Transposed(values, rows, columns), inputs, outputs);
        chain.AddDense(call.Node, dense);
        return Output(flow, new Axis(outputs, OnnxAxis.Feature));
    }

    private Flow Gemm(NodeCall call)
    {
        if (call.Node.Int("transA", 0) is not 0 and var turned)
        {
            throw call.Node.Refused($"expected 0 as transA, but it is {turned}");
        }

        if (call.Required(0) is Flow { Axes.Length: not 2 } flow)
        {
            throw call.Node.Refused($"expected rows of features, but the input is {flow}");
        }

        float alpha = call.Node.FloatOrNull("alpha") ?? 1, beta = call.Node.FloatOrNull("beta") ?? 1;
        Flow output = Product(call, Scaled(call, call.Tensor(1), alpha), isTransposed: call.Node.Int("transB", 0) != 0);
        return call.TensorOrNull(2) is { } bias ? AddBias(call, output, Scaled(call, bias, beta)) : output;
    }

    private Flow Bias(NodeCall call)
    {
        int constant = call.Argument(0) is Constant ? 0 : 1;
        return call.Required(1 - constant) is Flow flow
            ? AddBias(call, flow, call.Tensor(constant))
            : throw call.Node.Refused("expected a bias to be added to values that depend on the graph's inputs");
    }

    /// <summary>The factor of a Gemm goes into its constants.</summary>
    private Tensor Scaled(NodeCall call, Tensor tensor, float factor)
    {
        if (factor == 1 || tensor.Floats is not { } values)
        {
            return tensor;
        }

        budget.Spend(call.Node.Label, values.Length);
        return new Tensor(tensor.Shape, Array.ConvertAll(values, value => factor * value));
    }

    private Flow AddBias(NodeCall call, Flow flow, Tensor bias)
    {
        if (!EndsInFeatures(flow) || flow.Axes[^1].Size is not { } size)
        {
            throw call.Node.Refused($"expected a bias behind a product, or added to features of known number, but it is added to {flow}");
        }

        long[] shape = bias.Shape;
        bool isRow = bias.Floats is not null && shape.Length <= flow.Axes.Length
            && (shape is [] || (shape[..^1].All(one => one == 1) && (shape[^1] == size || shape[^1] == 1)));
        if (!isRow)
        {
            throw call.Node.Refused($"expected floats [{size}] as bias, but got {bias}");
        }

        DenseLayer dense = Open(call, flow, (int)size);
        budget.Spend(call.Node.Label, size);
        float[] values = bias.Count == size ? bias.Floats! : [.. Enumerable.Repeat(bias.Floats![0], (int)size)];
        dense.Bias = dense.Bias is { } before ? [.. before.Select((value, i) => value + values[i])] : values;
        chain.Changed();
        return Output(flow, flow.Axes[^1]);
    }

    private Flow Softmax(NodeCall call)
    {
        const int AxisIsOne = 13;
        if (call.Required(0) is Flow flow)
        {
            int rank = flow.Axes.Length;
            int axis = call.Axis(call.Node.Int("axis", call.Node.Opset < AxisIsOne ? 1 : -1), rank);
            if (axis != rank - 1)
            {
                throw call.Node.Refused($"expected the softmax over the features, the last axis of {flow}, but its axis is {axis}");
            }
        }

        return Activate(call, Activation.Softmax);
    }

    private Flow Activate(NodeCall call, Activation activation)
    {
        if (call.Required(0) is not Flow flow)
        {
            throw call.Node.Refused("expected an activation of values that depend on the graph's inputs");
        }

        // What goes by each value alone does not ask where the features are, if the layer is there.
        if (activation != Activation.Softmax && OpenLayer(flow) is { } behind)
        {
            chain.Enter(call.Node, flow);
            behind.Activate(activation);
            chain.Changed();
            return flow with { Source = new ChainSource(chain.Version, chain.IsLast) };
        }

        if (!EndsInFeatures(flow) || flow.Axes[^1].Size is not { } size)
        {
            throw call.Node.Refused($"expected an activation of features of known number, the last axis, but it is of {flow}");
        }

        Open(call, flow, (int)size).Activate(activation);
        chain.Changed();
        return Output(flow, flow.Axes[^1]);
    }

    /// <summary>The dense layer whose product the flow is; an activation or a bias by itself is that of one which changes nothing else.
    /// </summary>
    private DenseLayer Open(NodeCall call, Flow flow, int size)
    {
        if (OpenLayer(flow) is { } open)
        {
            chain.Enter(call.Node, flow);
            return open;
        }

        Enter(call, flow, size);
        var unchanged = new DenseLayer(weights: null, size, size);
        chain.AddDense(call.Node, unchanged);
        return unchanged;
    }

    /// <summary>The dense layer whose product the flow is, as long as it has no activation.</summary>
    private DenseLayer? OpenLayer(Flow flow)
        => flow.Source is ChainSource source && source.Version == chain.Version && chain.OpenDense is { HasActivation: false } open
            ? open
            : null;

    /// <summary>Whether the last axis, and no other, has the features: those of an input are told by what takes it, those of a layer are
    /// known, and a transposition or an axis more moves them.</summary>
    private static bool EndsInFeatures(Flow flow)
        => flow.Axes is [.. var outer, var last]
            && outer.All(axis => axis.Role != OnnxAxis.Feature)
            && (flow.Source is InputSource or OneHotSource ? last.Bind(OnnxAxis.Feature) : last.Role == OnnxAxis.Feature);

    private void Enter(NodeCall call, Flow flow, int inputs)
    {
        bool fits = flow.Source is not InputSource { IsIndices: true } && EndsInFeatures(flow)
            && (flow.Axes[^1].Size ?? inputs) == inputs
            && (flow.Source is not OneHotSource { Depth: var depth } || depth == inputs)
            && flow.Axes[..^1].All(axis => axis.Role != OnnxAxis.Direction || axis.IsSingle);
        if (!fits)
        {
            throw call.Node.Refused($"expected {inputs} features as last axis, but the input is {flow}");
        }

        chain.Enter(call.Node, flow);
    }

    private Flow Output(Flow flow, Axis features)
        => new(new ChainSource(chain.Version, chain.IsLast), [.. flow.Axes[..^1], features]);

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
