using FastRnn.Onnx.Format;
using FastRnn.Serialization;

namespace FastRnn.Onnx.Import;

/// <summary>
/// Goes through a graph's nodes in their order and finds for each name what it stands for: constants, values on their way through the
/// layers, states. Every node, input and initializer has to be used up by that, or is refused.
/// </summary>
internal sealed class GraphImport
{
    private readonly string _path;
    private readonly int _opset;
    private readonly GraphProto _graph;
    private readonly string _producer;
    private readonly ValueBudget _budget;
    private readonly Dictionary<string, GraphValue> _values = [];
    private readonly Dictionary<string, TensorProto> _initializers = [];
    private readonly HashSet<string> _used = [];
    private readonly LayerChain _chain;
    private readonly RecurrentImport _recurrent;
    private readonly Func<NodeCall, GraphValue?>[] _rooms;
    private readonly List<string> _warnings = [];

    private GraphImport(string path, ModelProto model, int opset, ValueBudget budget)
    {
        _path = path;
        _graph = model.Graph;
        _producer = model.ProducerName;
        _opset = opset;
        _budget = budget;
        _chain = new LayerChain(budget);
        _recurrent = new RecurrentImport(_chain, budget);
        var folding = new ConstantFolding(path, budget);
        _rooms =
        [
            call => call.Arguments.All(argument => argument is Constant) && folding.Fold(call) is { } tensor ? new Constant(tensor) : null,
            new DynamicShapes(folding).Compute,
            new TimeDelayImport(_chain, budget).Add,
            new FlowShaping(_chain, _recurrent, budget).Shape,
            new DenseImport(_chain, budget).Add,
            new IndexImport(_chain).Add,
        ];
    }

    internal static OnnxModel Load(string path)
    {
        ModelProto model = OnnxFile.Read(path, out int opset, out ValueBudget budget);
        var import = new GraphImport(path, model, opset, budget);
        import.TakeInitializers();
        import.TakeInputs();
        foreach (NodeProto node in model.Graph.Node)
        {
            import.Take(new NodeReader(path, opset, node));
        }

        return import.Finish();
    }

    private void TakeInitializers()
    {
        foreach (TensorProto initializer in _graph.Initializer)
        {
            if (initializer.Name.Length == 0 || !_initializers.TryAdd(initializer.Name, initializer))
            {
                throw new FastRnnFormatException(_path, $"initializer {initializer.Name}", "expected initializers of different names");
            }
        }
    }

    private void TakeInputs()
    {
        foreach (ValueInfoProto input in _graph.Input)
        {
            // In older files initializers are listed as inputs too, whose defaults they are.
            if (_initializers.ContainsKey(input.Name))
            {
                continue;
            }

            TensorTypeProto? type = input.Type?.TensorType;
            if (type?.Shape is null || type.Shape.Dim.Count > TensorMoves.MostDimensions
                || type.ElemType is not (DataType.Float or DataType.Int32 or DataType.Int64))
            {
                throw new FastRnnFormatException(
                    _path, $"input {input.Name}",
                    $"expected a tensor of floats (1) or whole numbers (6, 7) with a shape, but its type is {type?.ElemType ?? 0}");
            }

            Axis[] axes = [.. type.Shape.Dim.Select(size => new Axis(size is { HasDimValue: true, DimValue: > 0 and <= int.MaxValue }
                ? size.DimValue
                : null))];
            Define($"input {input.Name}", input.Name, new Flow(new InputSource(input.Name, type.ElemType != DataType.Float), axes));
        }
    }

    private void Take(NodeReader node)
    {
        int most = OperatorInputs.Most(node.Operator) ?? throw Unfit();
        if (node.Inputs.Count > most)
        {
            throw node.Refused($"expected at most {most} inputs, but got {node.Inputs.Count}");
        }

        var call = new NodeCall(node, [.. node.Inputs.Select(name => Find(node, name))]);
        GraphValue[] results = node.Operator is "RNN" or "LSTM" or "GRU"
            ? _recurrent.Add(call)
            : [_rooms.Select(room => room(call)).FirstOrDefault(value => value is not null)
                ?? throw Unfit()];
        node.RequireAllRead();
        WarnOfReset(node);
        if (node.Outputs.Count > results.Length)
        {
            throw node.Refused($"expected at most {results.Length} outputs, but it has {node.Outputs.Count}");
        }

        for (int i = 0; i < node.Outputs.Count; i++)
        {
            if (node.Outputs[i].Length > 0)
            {
                Define(node.Label, node.Outputs[i], results[i]);
            }
        }

        FastRnnFormatException Unfit()
            => node.Refused($"expected operators that make up a recurrent network, but got {node.Operator} of opset {_opset} here");
    }

    /// <summary>PyTorch's GRU resets after the product, but one of its exporters has written nodes that reset before it.</summary>
    private void WarnOfReset(NodeReader node)
    {
        if (node.Operator == "GRU" && node.Int("linear_before_reset", 0) == 0
            && _producer.Equals("pytorch", StringComparison.OrdinalIgnoreCase))
        {
            _warnings.Add(
                $"{node.Label}: linear_before_reset is 0, so that the GRU resets before its product, but the producer is {_producer}, "
                + "whose GRU resets after it: the outputs may be others than the original's");
        }
    }

    private GraphValue? Find(NodeReader node, string name)
    {
        if (name.Length == 0)
        {
            return null;
        }

        _used.Add(name);
        if (_values.TryGetValue(name, out GraphValue? value))
        {
            return value;
        }

        if (!_initializers.TryGetValue(name, out TensorProto? initializer))
        {
            throw node.Refused($"expected inputs that come from the graph's inputs, initializers or nodes before it, but {name} does not");
        }

        var read = new Constant(TensorReader.Read(_path, $"initializer {name}", initializer, _budget));
        initializer.ClearRawData();
        return _values[name] = read;
    }

    private void Define(string item, string name, GraphValue value)
    {
        if (name.Length == 0 || _initializers.ContainsKey(name) || !_values.TryAdd(name, value))
        {
            throw new FastRnnFormatException(_path, item, $"expected a name of its own for each value, but {name} is taken");
        }
    }

    private OnnxModel Finish()
    {
        if (_chain.Recurrent.Count == 0)
        {
            throw new FastRnnFormatException(
                _path, "graph", "expected at least one node RNN, LSTM or GRU, or a Conv over time, but there is none");
        }

        string? left = _initializers.Keys.FirstOrDefault(name => !_used.Contains(name));
        if (left is not null)
        {
            throw new FastRnnFormatException(_path, $"initializer {left}", "expected initializers that nodes use, but none uses it");
        }

        HashSet<string?> states = [.. _chain.Recurrent.SelectMany(
            layer => (string?[])[layer.Hidden.Input?.Name, layer.Memory?.Input?.Name])];
        foreach (ValueInfoProto input in _graph.Input)
        {
            bool isUsed = _initializers.ContainsKey(input.Name) || input.Name == _chain.Input!.Name || input.Name == _recurrent.LengthsName
                || states.Contains(input.Name);
            if (!isUsed)
            {
                throw new FastRnnFormatException(
                    _path, $"input {input.Name}", "expected the network's input, lengths or states, but it is none");
            }
        }

        // What weights come from is needed no more once the layers have it.
        foreach ((string name, _) in _values.Where(pair => pair.Value is Constant).ToArray())
        {
            _values.Remove(name);
        }

        return new ModelBuilder(_path, _graph, _values, _chain, _recurrent, _budget).Build(_warnings);
    }
}
