using FastRnn.Onnx.Format;
using FastRnn.Serialization;

namespace FastRnn.Onnx.Import;

/// <summary>
/// Goes through a graph's nodes in their order and finds for each name what it stands for: constants, values that depend on the inputs,
/// states. Nothing is skipped: every node, input and initializer has to have a use, or is refused.
/// </summary>
internal sealed class GraphImport
{
    private readonly string _path;
    private readonly GraphProto _graph;
    private readonly ValueBudget _budget;
    private readonly Dictionary<string, GraphValue> _values = [];
    private readonly Dictionary<string, TensorProto> _initializers = [];
    private readonly HashSet<string> _used = [];
    private readonly HashSet<string> _needed = [];
    private readonly FlowEntry _entry;
    private readonly GraphWarnings _warnings = new();
    private readonly RecurrentImport _recurrent;
    private readonly OperatorTable _operators;

    private GraphImport(string path, ModelProto model, ValueBudget budget)
    {
        _path = path;
        _graph = model.Graph;
        _budget = budget;
        var flows = new FlowGraph();
        var algebra = new FlowAlgebra(flows, budget);
        _entry = new FlowEntry(flows, algebra);
        _recurrent = new RecurrentImport(_entry, budget, model.ProducerName, _warnings);
        _operators = new OperatorTable(path, _entry, algebra, _recurrent, budget, _warnings);
    }

    internal static ImportedModel Load(string path)
    {
        ModelProto model = OnnxFile.Read(path, out int opset, out ValueBudget budget);
        var import = new GraphImport(path, model, budget);
        import.FindNeeded();
        import.TakeInitializers();
        import.TakeInputs();
        foreach (NodeProto node in model.Graph.Node)
        {
            import.Take(new NodeReader(path, opset, node));
        }

        return import.Finish();
    }

    /// <summary>The names that lead to an output.</summary>
    private void FindNeeded()
    {
        _needed.UnionWith(_graph.Output.Select(output => output.Name));
        foreach (NodeProto node in _graph.Node.Reverse())
        {
            if (node.Output.Any(_needed.Contains))
            {
                _needed.UnionWith(node.Input);
            }
        }
    }

    private void TakeInitializers()
    {
        foreach (TensorProto initializer in _graph.Initializer)
        {
            if (initializer.Name.Length == 0 || !_initializers.TryAdd(initializer.Name, initializer))
            {
                throw Refused($"initializer {DisplayText.Text(initializer.Name)}", "expected initializers of different names");
            }
        }
    }

    private void TakeInputs()
    {
        foreach (ValueInfoProto input in _graph.Input)
        {
            // Older files list initializers as inputs too, whose defaults they are.
            if (_initializers.ContainsKey(input.Name))
            {
                continue;
            }

            TensorTypeProto? type = input.Type?.TensorType;
            if (type?.Shape is null || type.Shape.Dim.Count > Tensor.MostDimensions
                || !(DataType.IsFloat(type.ElemType) || type.ElemType is DataType.Int32 or DataType.Int64))
            {
                throw RefusedInput(
                    input.Name,
                    "expected a tensor of floats (1, 10, 11, 16) or whole numbers (6, 7) with a shape, but its type is "
                    + (type?.ElemType ?? 0));
            }

            Axis[] axes = [.. type.Shape.Dim.Select(size => new Axis(size is { HasDimValue: true, DimValue: > 0 and <= int.MaxValue }
                ? size.DimValue
                : null))];
            _entry.FirstInput ??= input.Name;
            var source = new InputSource(input.Name, !DataType.IsFloat(type.ElemType));
            if (type.ElemType is DataType.Float16 or DataType.BFloat16)
            {
                _warnings.AddHalf($"input {DisplayText.Text(input.Name)}");
            }

            Define($"input {DisplayText.Text(input.Name)}", input.Name, new DynamicValue(source, axes));
        }
    }

    private void Take(NodeReader node)
    {
        _budget.IsNeeded = node.Outputs.Any(_needed.Contains);
        GraphValue[] results = _operators.Apply(node, name => Find(node, name));
        node.RequireAllRead();
        if (!_budget.IsNeeded && _graph.Output.Count > 0 && results is [DynamicValue { Source: FlowSource { Flow: { } flow } }, ..]
            && flow.Node == node)
        {
            throw node.Refused("expected a node that leads to an output, but nothing uses what it makes");
        }

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
                "expected inputs that come from the graph's inputs, initializers or nodes before it, but "
                + $"{DisplayText.Text(name)} does not");
        }

        bool isNeeded = _budget.IsNeeded;
        _budget.IsNeeded = _needed.Contains(name);
        var read = new Constant(TensorReader.Read(_path, $"initializer {DisplayText.Text(name)}", initializer, _budget));
        _budget.IsNeeded = isNeeded;
        initializer.ClearRawData();
        return _values[name] = read;
    }

    private void Define(string item, string name, GraphValue value)
    {
        if (name.Length == 0 || _initializers.ContainsKey(name) || !_values.TryAdd(name, value))
        {
            throw Refused(item, $"expected a name of its own for each value, but {DisplayText.Text(name)} is taken");
        }
    }

    private ImportedModel Finish()
    {
        _budget.IsNeeded = true;
        if (_entry.Root is not { Operation: NetworkInput entered })
        {
            throw Refused(
                "graph", "expected at least one layer, as nodes RNN, LSTM or GRU, products and convolutions are, but there is none");
        }

        NameAxes(entered.Name);
        string? left = _initializers.Keys.FirstOrDefault(name => !_used.Contains(name));
        if (left is not null)
        {
            throw Refused($"initializer {DisplayText.Text(left)}", "expected initializers that nodes use, but none uses it");
        }

        if (entered.Name == _recurrent.LengthsName)
        {
            throw RefusedInput(entered.Name, "expected inputs or the lengths of sequences, but it is both");
        }

        // The layers have their weights: the constants that these come from are not needed any more.
        foreach ((string name, _) in _values.Where(pair => pair.Value is Constant or RepeatedConstant).ToArray())
        {
            _values.Remove(name);
        }

        ImportedModel imported = new ModelBuilder(_path, _graph, _values, _entry, _recurrent, _warnings, _budget).Build();
        CheckInputs(imported);
        return imported;
    }

    private void CheckInputs(ImportedModel imported)
    {
        HashSet<string?> states = [.. imported.States.Select(state => state.Input?.Name)];
        foreach (ValueInfoProto input in _graph.Input)
        {
            bool isUsed = _initializers.ContainsKey(input.Name) || input.Name == imported.Input.Name || input.Name == imported.LengthsName
                || states.Contains(input.Name);
            if (!isUsed)
            {
                throw RefusedInput(input.Name, "expected the network's input, lengths or states, but it is none");
            }
        }
    }

    private FastRnnFormatException RefusedInput(string name, string rule) => Refused($"input {DisplayText.Text(name)}", rule);

    private FastRnnFormatException Refused(string item, string rule) => new(_path, item, rule);

    /// <summary>What no layer has told: the features are the last axis, the batch is the last one of the others, and one before it is time.
    /// </summary>
    private void NameAxes(string input)
    {
        Axis[] axes = ((DynamicValue)_values[input]).Axes;
        bool isIndices = ((InputSource)((DynamicValue)_values[input]).Source).IsIndices;
        if (!isIndices && axes is [.., { Role: null } last] && axes.All(axis => axis.Role != OnnxAxis.Feature))
        {
            last.Bind(OnnxAxis.Feature);
        }

        if (!isIndices && axes.FirstOrDefault(axis => axis.Role == OnnxAxis.Feature)?.Size is { } size)
        {
            _entry.Root!.HasSize((int)size);
        }

        Axis[] open = [.. axes.Where(axis => axis.Role is null)];
        OnnxAxis[] left = [.. ((OnnxAxis[])[OnnxAxis.Time, OnnxAxis.Batch]).Where(role => !axes.Any(axis => axis.Role == role))];
        open = open.Length > left.Length && left.Length < 2 ? [.. open.Where(axis => !axis.IsSingle)] : open;
        if (open.Length > left.Length)
        {
            throw RefusedInput(input, $"expected axes of time, batch and features at most, but there are {axes.Length}");
        }

        foreach ((Axis axis, OnnxAxis role) in open.Zip(left[^open.Length..]))
        {
            axis.Bind(role);
        }
    }
}
