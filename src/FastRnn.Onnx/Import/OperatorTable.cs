using FastRnn.Onnx.Format;
using FastRnn.Serialization;

namespace FastRnn.Onnx.Import;

/// <summary>
/// The operators that are read. What an operator means depends on what its inputs are: constants, shapes, or values that depend on the
/// graph's inputs. Its meanings are tried in the order of the table, and the first that applies counts.
/// </summary>
internal sealed class OperatorTable
{
    private readonly Dictionary<string, Operator> _operators;

    /// <param name="path">the model's file</param>
    /// <param name="entry">gives the flows of values</param>
    /// <param name="algebra">makes flows</param>
    /// <param name="recurrent">makes layers of RNN, LSTM and GRU nodes</param>
    /// <param name="budget">how many values may still be made</param>
    /// <param name="warnings">receives what may be wrong with nodes</param>
    internal OperatorTable(string path, FlowEntry entry, FlowAlgebra algebra, RecurrentImport recurrent, ValueBudget budget,
        GraphWarnings warnings)
    {
        var constants = new ConstantFolding(path, budget);
        var arithmetic = new ConstantArithmetic(budget);
        var axes = new AxisTracking(entry, algebra, budget, warnings);
        var dense = new DenseImport(entry, algebra, budget);
        var elementwise = new ElementwiseImport(entry, algebra);
        var activations = new ActivationImport(entry, algebra);
        var normalizations = new NormalizationImport(entry, algebra);
        var reductions = new ReductionImport(entry, algebra);
        var delay = new TimeDelayImport(entry, algebra, budget);
        var indices = new IndexImport(entry, algebra);
        _operators = new()
        {
            ["Constant"] = new(0, call => new Constant(constants.Literal(call))),
            ["ConstantOfShape"] = new(
                1, Fold((call, _) => constants.Filled(call)), Shape((call, _) => DynamicConstants.Zeros(call, constants.FillValue(call)))),
            ["Identity"] = new(1, call => call.Required(0)),
            ["Cast"] = new(1, Fold(constants.Cast), Shape(DynamicShapes.Cast), DynamicConstants.MoveZeros, Value(axes.Cast)),
            ["Transpose"] = new(
                1, Fold(constants.Transpose), Repeat(constants.Transpose, DynamicConstants.AlongTransposed), DynamicConstants.MoveZeros,
                Value(AxisTracking.Transpose)),
            ["Reshape"] = new(
                2, Fold(ConstantFolding.Reshape), Shape(DynamicShapes.Reshape), DynamicConstants.MoveZeros, Value(AxisReshape.Apply)),
            ["Squeeze"] = new(
                2, Fold(ConstantFolding.Squeeze), Shape(DynamicShapes.Squeeze), DynamicConstants.MoveZeros, Value(AxisTracking.Squeeze)),
            ["Unsqueeze"] = new(
                2, Fold(ConstantFolding.Unsqueeze), Shape(DynamicShapes.Unsqueeze), DynamicConstants.MoveZeros,
                Value(AxisTracking.Unsqueeze)),
            ["Slice"] = new(
                5, Fold(constants.Slice), Repeat(constants.Slice, DynamicConstants.AlongSliced), Shape(DynamicShapes.Slice),
                DynamicConstants.MoveZeros, Value(delay.FinalWindow), Value(TimeDelayImport.Cut), Value(axes.Slice)),
            ["Gather"] = new(2, Fold(constants.Gather), Shape(DynamicShapes.Gather), Value(axes.Gather), indices.Embedding),
            ["Concat"] = new(int.MaxValue, Fold(constants.Concat), DynamicShapes.Concat, Value(TimeDelayImport.Window), Value(axes.Concat)),
            ["Expand"] = new(2, Fold(constants.Expand), DynamicConstants.Expand),
            ["Shape"] = new(1, Fold(ConstantFolding.Shape), Shape(DynamicShapes.Shape), Value(DynamicShapes.Of)),
            ["Equal"] = new(2, SizeArithmetic.Compare),
            ["Where"] = new(3, SizeArithmetic.Choose),
            ["Add"] = new(2, Floats(arithmetic.Add), AnyValue(elementwise.Add), SizeArithmetic.Add),
            ["Sub"] = new(2, Floats(arithmetic.Subtract), AnyValue(elementwise.Subtract), SizeArithmetic.Subtract),
            ["Mul"] = new(2, Floats(arithmetic.Multiply), AnyValue(elementwise.Multiply), SizeArithmetic.Multiply),
            ["Div"] = new(2, Floats(arithmetic.Divide), AnyValue(elementwise.Divide), SizeArithmetic.Divide),
            ["Pow"] = new(2, Floats(arithmetic.Power), AnyValue(elementwise.Power)),
            ["Sqrt"] = new(1, Floats(arithmetic.SquareRoot), Function(IntermediateFunction.Sqrt)),
            ["Reciprocal"] = new(1, Floats(arithmetic.Reciprocal), Function(IntermediateFunction.Reciprocal)),
            ["Neg"] = new(1, Floats(arithmetic.Negate), Value(elementwise.Negate)),
            ["Exp"] = new(1, Floats(arithmetic.Exponential)),
            ["DequantizeLinear"] = new(3, Fold(arithmetic.Dequantize)),
            ["Log"] = new(1, Value(activations.Logarithm)),
            ["Erf"] = new(1, Function(IntermediateFunction.Erf)),
            ["Sum"] = new(int.MaxValue, AnyValue(elementwise.SumAll)),
            ["Mean"] = new(int.MaxValue, AnyValue(elementwise.Average)),
            ["Max"] = new(2, AnyValue(activations.Max)),
            ["Min"] = new(2, AnyValue(activations.Min)),
            ["MatMul"] = new(2, AnyValue(dense.Product)),
            ["Gemm"] = new(3, AnyValue(dense.Gemm)),
            ["Elu"] = new(1, Value(activations.Elu)),
            ["Selu"] = new(1, Value(activations.Selu)),
            ["Celu"] = new(1, Value(activations.Celu)),
            ["LeakyRelu"] = new(1, Value(activations.LeakyRelu)),
            ["ThresholdedRelu"] = new(1, Value(activations.ThresholdedRelu)),
            ["HardSigmoid"] = new(1, Value(activations.HardSigmoid)),
            ["PRelu"] = new(2, Value(activations.PRelu)),
            ["Gelu"] = new(1, Value(activations.Gelu)),
            ["Clip"] = new(3, Value(activations.Clip)),
            ["Softmax"] = new(1, Value((call, value) => activations.Softmax(call, value, Activation.Softmax))),
            ["LogSoftmax"] = new(1, Value((call, value) => activations.Softmax(call, value, Activation.LogSoftmax))),
            ["LayerNormalization"] = new(3, normalizations.Layer),
            ["BatchNormalization"] = new(5, normalizations.Batch),
            ["ReduceMean"] = new(2, Value((call, value) => reductions.Reduce(call, value, Pooling.Mean))),
            ["ReduceSum"] = new(2, Value((call, value) => reductions.Reduce(call, value, Pooling.Sum))),
            ["ReduceMax"] = new(2, Value((call, value) => reductions.Reduce(call, value, Pooling.Max))),
            ["GlobalAveragePool"] = new(1, Value((call, value) => reductions.Global(call, value, Pooling.Mean))),
            ["GlobalMaxPool"] = new(1, Value((call, value) => reductions.Global(call, value, Pooling.Max))),
            ["Split"] = new(2, axes.Split),
            ["Dropout"] = new(3, Dropout),
            ["OneHot"] = new(3, IndexImport.OneHot),
            ["Pad"] = new(4, Value(TimeDelayImport.Pad)),
            ["Conv"] = new(3, delay.Convolution),
            [RecurrentOperator.Rnn] = new(6, recurrent.Add),
            [RecurrentOperator.Gru] = new(6, recurrent.Add),
            [RecurrentOperator.Lstm] = new(8, recurrent.Add),
        };
        foreach ((string name, Activation activation) in ActivationImport.Plain)
        {
            _operators.Add(name, new(1, Value((call, value) => activations.Apply(call, value, activation))));
        }

        Func<NodeCall, GraphValue?> Function(IntermediateFunction function)
            => Value((call, value) => elementwise.Function(call, value, function));
    }

    /// <summary>The values of a node's outputs.</summary>
    /// <param name="node">the node</param>
    /// <param name="find">the value of an input's name; null for an input that is left out</param>
    internal GraphValue[] Apply(NodeReader node, Func<string, GraphValue?> find)
    {
        Operator found = _operators.GetValueOrDefault(node.Operator) ?? throw Unknown(node);
        if (node.Inputs.Count > found.MostInputs)
        {
            throw node.Refused($"expected at most {found.MostInputs} inputs, but got {node.Inputs.Count}");
        }

        var call = new NodeCall(node, [.. node.Inputs.Select(find)]);
        return found.Compute(call) ?? throw (call switch
        {
            _ when call.Arguments.Any(argument => argument is RepeatedConstant) => node.Refused(
                "expected constants that are repeated for each sequence as initial states alone, transposed or cut along other axes"),
            _ when call.Argument(0) is DynamicShape shape => node.Refused(
                $"expected what selects or joins sizes, but it computes with the shape {DisplayText.List(shape.Sizes)}"),
            _ => Unknown(node),
        });
    }

    private static FastRnnFormatException Unknown(NodeReader node)
        => node.Refused(
            $"expected operators that make up a recurrent network, but got {DisplayText.Text(node.Operator)} of opset {node.Opset} here");

    /// <summary>Applies if all inputs are constants.</summary>
    private static Func<NodeCall, GraphValue?> Fold(Func<NodeCall, Tensor, Tensor> fold)
        => call => Array.TrueForAll(call.Arguments, argument => argument is Constant)
            ? new Constant(Folded(call, call.Tensor(0), fold))
            : null;

    /// <summary>Applies if all inputs are constants and the first are floats.</summary>
    private static Func<NodeCall, GraphValue?> Floats(Func<NodeCall, Tensor, Tensor> fold)
        => call => Array.Exists(call.Arguments, argument => argument is Constant { Tensor.Floats: not null }) ? Fold(fold)(call) : null;

    /// <summary>Outside of training it changes nothing.</summary>
    private static GraphValue[] Dropout(NodeCall call)
    {
        call.Node.FloatOrNull("ratio");
        call.Node.IntOrNull("seed");
        return call.Argument(2) is null or Constant { Tensor.Integers: [0] }
            ? [call.Required(0)]
            : throw call.Node.Refused("expected a Dropout outside of training, but training_mode is another than false");
    }

    /// <summary>Applies if the first input is constants that are repeated along an axis: the values are computed once.</summary>
    /// <param name="fold">computes constants</param>
    /// <param name="along">the axis of the result along which they are repeated; null where that can't be</param>
    private static Func<NodeCall, GraphValue?> Repeat(
        Func<NodeCall, Tensor, Tensor> fold, Func<NodeCall, RepeatedConstant, int?> along)
        => call => call.Argument(0) is RepeatedConstant repeated && along(call, repeated) is { } axis
            ? repeated with { Tensor = Folded(call, repeated.Tensor, fold), Along = axis }
            : null;

    /// <summary>Applies if the first input is a shape that depends on the graph's inputs.</summary>
    private static Func<NodeCall, GraphValue?> Shape(Func<NodeCall, DynamicShape, GraphValue?> compute)
        => call => call.Argument(0) is DynamicShape shape ? compute(call, shape) : null;

    /// <summary>Applies if the first input is a value that depends on the graph's inputs.</summary>
    private static Func<NodeCall, GraphValue?> Value(Func<NodeCall, DynamicValue, GraphValue?> compute)
        => call => call.Argument(0) is DynamicValue value ? compute(call, value) : null;

    /// <summary>Applies if any input is a value that depends on the graph's inputs.</summary>
    private static Func<NodeCall, GraphValue?> AnyValue(Func<NodeCall, GraphValue?> compute)
        => call => Array.Exists(call.Arguments, argument => argument is DynamicValue) ? compute(call) : null;

    private static Tensor Folded(NodeCall call, Tensor first, Func<NodeCall, Tensor, Tensor> fold)
    {
        Tensor tensor = fold(call, first);
        return tensor.Rank <= Tensor.MostDimensions && Tensor.CanHold(tensor.Shape)
            ? tensor
            : throw call.Node.Refused($"expected at most {Tensor.MostDimensions} dimensions that an array holds, but got {tensor}");
    }

    /// <param name="MostInputs">the most inputs that it takes: a further one would be ignored</param>
    /// <param name="Compute">the values of the outputs; null for inputs for which the operator has no meaning</param>
    private sealed record Operator(int MostInputs, Func<NodeCall, GraphValue[]?> Compute)
    {
        /// <summary>An operator with one output.</summary>
        internal Operator(int mostInputs, params Func<NodeCall, GraphValue?>[] meanings)
            : this(
                mostInputs,
                call => meanings.Select(meaning => meaning(call)).FirstOrDefault(value => value is not null) is { } first ? [first] : null)
        {
        }
    }
}
