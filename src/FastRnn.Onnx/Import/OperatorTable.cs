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
    /// <param name="chain">receives the layers</param>
    /// <param name="recurrent">makes layers of RNN, LSTM and GRU nodes</param>
    /// <param name="budget">how many values may still be made</param>
    internal OperatorTable(string path, LayerChain chain, RecurrentImport recurrent, ValueBudget budget)
    {
        var constants = new ConstantFolding(path, budget);
        var axes = new AxisTracking(chain, recurrent, budget);
        var dense = new DenseImport(chain, budget);
        var delay = new TimeDelayImport(chain, budget);
        var indices = new IndexImport(chain);
        _operators = new()
        {
            ["Constant"] = new(0, call => new Constant(constants.Literal(call))),
            ["ConstantOfShape"] = new(
                1, Fold((call, _) => constants.Filled(call)), Shape((call, _) => DynamicConstants.Zeros(call, constants.FillValue(call)))),
            ["Identity"] = new(1, call => call.Required(0)),
            ["Cast"] = new(1, Fold(constants.Cast), Shape(DynamicShapes.Cast), DynamicConstants.MoveZeros, Value(AxisTracking.Cast)),
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
                DynamicConstants.MoveZeros, Value(delay.FinalWindow), Value(axes.Slice)),
            ["Gather"] = new(2, Fold(constants.Gather), Shape(DynamicShapes.Gather), Value(axes.Gather), indices.Embedding),
            ["Concat"] = new(int.MaxValue, Fold(constants.Concat), DynamicShapes.Concat, Value(TimeDelayImport.Window), Value(axes.Concat)),
            ["Expand"] = new(2, Fold(constants.Expand), DynamicConstants.Expand),
            ["Shape"] = new(1, Fold(ConstantFolding.Shape), Shape(DynamicShapes.Shape), Value(DynamicShapes.Of)),
            ["Mul"] = new(2, SizeArithmetic.Multiply),
            ["Equal"] = new(2, SizeArithmetic.Compare),
            ["Where"] = new(3, SizeArithmetic.Choose),
            ["MatMul"] = new(2, AnyValue(dense.Product)),
            ["Gemm"] = new(3, AnyValue(dense.Gemm)),
            ["Add"] = new(2, AnyValue(dense.Bias)),
            ["Sigmoid"] = new(1, Value((call, value) => dense.Activate(call, value, Activation.Sigmoid))),
            ["Tanh"] = new(1, Value((call, value) => dense.Activate(call, value, Activation.Tanh))),
            ["Relu"] = new(1, Value((call, value) => dense.Activate(call, value, Activation.Relu))),
            ["Softmax"] = new(1, Value(dense.Softmax)),
            ["OneHot"] = new(3, IndexImport.OneHot),
            ["Conv"] = new(3, delay.Convolution),
            [RecurrentOperator.Rnn] = new(6, recurrent.Add),
            [RecurrentOperator.Gru] = new(6, recurrent.Add),
            [RecurrentOperator.Lstm] = new(8, recurrent.Add),
        };
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
