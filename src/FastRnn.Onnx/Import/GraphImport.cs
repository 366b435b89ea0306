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
    private readonly HashSet<string> _asked = [];
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
            SizeArithmetic.Compute,
            new DynamicShapes(folding).Compute,
            new TimeDelayImport(_chain, budget).Add,
            new FlowShaping(_chain, _recurrent, budget).Shape,
            new DenseImport(_chain, budget).Add,
            new IndexImport(_chain).Add,
        ];
    }

    internal static ImportedModel Load(string path)
    {
        ModelProto model = OnnxFile.Read(path, out int opset, out ValueBudget budget);
        var import = new GraphImport(path, model, opset, budget);
        import.FindAsked();
        import.TakeInitializers();
        import.TakeInputs();
        foreach (NodeProto node in model.Graph.Node)
        {
            import.Take(new NodeReader(path, opset, node));
        }

        return import.Finish();
    }

    /// <summary>The names that lead to an output.</summary>
    private void FindAsked()
    {
        _asked.UnionWith(_graph.Output.Select(output => output.Name));
        foreach (NodeProto node in _graph.Node.Reverse())
        {
            if (node.Output.Any(_asked.Contains))
            {
                _asked.UnionWith(node.Input);
            }
        }
    }

    private void TakeInitializers()
    {
        foreach (TensorProto initializer in _graph.Initializer)
        {
            if (initializer.Name.Length == 0 || !_initializers.TryAdd(initializer.Name, initializer))
            {
                throw new FastRnnFormatException(
                    _path, $"initializer {Shown.Text(initializer.Name)}", "expected initializers of different names");
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
            if (type?.Shape is null || type.Shape.Dim.Count > Tensor.MostDimensions
                || type.ElemType is not (DataType.Float or DataType.Int32 or DataType.Int64))
            {
                throw new FastRnnFormatException(
                    _path, $"input {Shown.Text(input.Name)}",
                    $"expected a tensor of floats (1) or whole numbers (6, 7) with a shape, but its type is {type?.ElemType ?? 0}");
            }

            Axis[] axes = [.. type.Shape.Dim.Select(size => new Axis(size is { HasDimValue: true, DimValue: > 0 and <= int.MaxValue }
                ? size.DimValue
                : null))];
            var source = new InputSource(input.Name, type.ElemType != DataType.Float);
            Define($"input {Shown.Text(input.Name)}", input.Name, new Flow(source, axes));
        }
    }

    private void Take(NodeReader node)
    {
        int most = OperatorInputs.Most(node.Operator) ?? throw Unfit();
        if (node.Inputs.Count > most)
        {
            throw node.Refused($"expected at most {most} inputs, but got {node.Inputs.Count}");
        }

        _budget.IsAsked = node.Outputs.Any(_asked.Contains);
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
            => node.Refused(
                $"expected operators that make up a recurrent network, but got {Shown.Text(node.Operator)} of opset {_opset} here");
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
            throw node.Refused(
                $"expected inputs that come from the graph's inputs, initializers or nodes before it, but {Shown.Text(name)} does not");
        }

        bool isAsked = _budget.IsAsked;
        _budget.IsAsked = _asked.Contains(name);
        var read = new Constant(TensorReader.Read(_path, $"initializer {Shown.Text(name)}", initializer, _budget));
        _budget.IsAsked = isAsked;
        initializer.ClearRawData();
        return _values[name] = read;
    }

    private void Define(string item, string name, GraphValue value)
    {
        if (name.Length == 0 || _initializers.ContainsKey(name) || !_values.TryAdd(name, value))
        {
            throw new FastRnnFormatException(_path, item, $"expected a name of its own for each value, but {Shown.Text(name)} is taken");
        }
    }

    private ImportedModel Finish()
    {
        _budget.IsAsked = true;
        if (_chain.Input is not { } entered)
        {
            throw new FastRnnFormatException(
                _path, "graph", "expected at least one layer, as nodes RNN, LSTM or GRU, products and convolutions are, but there is none");
        }

        if (_chain.Recurrent.Count == 0)
        {
            NameAxes(entered.Name);
        }

        string? left = _initializers.Keys.FirstOrDefault(name => !_used.Contains(name));
        if (left is not null)
        {
            throw new FastRnnFormatException(
                _path, $"initializer {Shown.Text(left)}", "expected initializers that nodes use, but none uses it");
        }

        if (entered.Name == _recurrent.LengthsName)
        {
            throw new FastRnnFormatException(
                _path, $"input {Shown.Text(entered.Name)}", "expected inputs or the lengths of sequences, but it is both");
        }

        HashSet<string?> states = [.. _chain.Recurrent.SelectMany(
            layer => (string?[])[layer.Hidden.Input?.Name, layer.Memory?.Input?.Name])];
        foreach (ValueInfoProto input in _graph.Input)
        {
            bool isUsed = _initializers.ContainsKey(input.Name) || input.Name == entered.Name || input.Name == _recurrent.LengthsName
                || states.Contains(input.Name);
            if (!isUsed)
            {
                throw new FastRnnFormatException(
                    _path, $"input {Shown.Text(input.Name)}", "expected the network's input, lengths or states, but it is none");
            }
        }

        // What weights come from is needed no more once the layers have it.
        foreach ((string name, _) in _values.Where(pair => pair.Value is Constant or RepeatedConstant).ToArray())
        {
            _values.Remove(name);
        }

        return new ModelBuilder(_path, _graph, _values, _chain, _recurrent, _budget).Build(_warnings);
    }

    /// <summary>Layers that see a step of a sequence at a time say nothing of the axes: rows are sequences, and steps stand before them.
    /// </summary>
    private void NameAxes(string input)
    {
        Axis[] axes = ((Flow)_values[input]).Axes, open = [.. axes.Where(axis => axis.Role is null)];
        OnnxAxis[] left = [.. ((OnnxAxis[])[OnnxAxis.Time, OnnxAxis.Batch]).Where(role => !axes.Any(axis => axis.Role == role))];
        if (open.Length > left.Length)
        {
            throw new FastRnnFormatException(
                _path, $"input {Shown.Text(input)}",
                $"expected axes of time, batch and features at most, but there are {axes.Length}");
        }

        foreach ((Axis axis, OnnxAxis role) in open.Zip(left[^open.Length..]))
        {
            axis.Bind(role);
        }
    }
}
