using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>
/// The layers that have been found so far, in their order. The input of the next layer has to be the output of the last one: a graph that
/// branches is refused.
/// </summary>
/// <param name="budget">how many values may still be made</param>
internal sealed class LayerChain(ValueBudget budget)
{
    /// <summary>Each layer takes some memory, however few weights it has.</summary>
    internal const int MostLayers = 1024;

    private readonly List<(Func<LayerSpec> Layer, int ParameterCount, Action<Span<float>> Fill)> _layers = [];
    private readonly List<ChainState> _states = [];
    private int _stateSize;

    /// <summary>Grows with every change of the chain's outputs.</summary>
    internal int Version { get; private set; }

    internal int Count => _layers.Count;

    /// <summary>The number of weights and biases of all layers.</summary>
    internal long ParameterCount { get; private set; }

    /// <summary>The graph's input of the first layer; null as long as there is no layer.</summary>
    internal InputSource? Input { get; private set; }

    /// <summary>I of the first layer.</summary>
    internal int InputSize { get; private set; }

    /// <summary>Whether the next layers see only the last step of each sequence.</summary>
    internal bool IsLast { get; private set; }

    /// <summary>The direction of the last layer over time.</summary>
    internal LayerDirection LastDirection => _states.Count == 0 ? LayerDirection.None : _states[^1].Node.Direction;

    /// <summary>The states of the recurrent and time-delay layers from the inputs up, of each h before c.</summary>
    internal IReadOnlyList<ChainState> States => _states;

    /// <summary>The last layer, if it is a dense one, which may still get a bias or an activation; else null.</summary>
    internal DenseLayer? OpenDense { get; private set; }

    /// <summary>Takes a value as the input of what comes next.</summary>
    internal void Enter(NodeReader node, DynamicValue value)
    {
        if (Count >= MostLayers)
        {
            throw node.Refused($"expected at most {MostLayers} layers, but there are more");
        }

        switch (value.Source)
        {
            case InputSource { FirstRow: null } input when Count == 0 && (Input is null || Input == input):
                Input = input;
                break;
            case OneHotSource { Input: var indices } when Count == 0 && (Input is null || Input == indices):
                Input = indices;
                break;
            case ChainSource chain when chain.Version == Version && (chain.IsLast || !IsLast):
                IsLast = chain.IsLast;
                break;
            case StateSource state when IsOutput(state):
                IsLast = true;
                break;
            default:
                throw node.Refused(
                    $"expected one chain of layers, each seeing the outputs of the one before, but its input {value} comes from elsewhere");
        }
    }

    /// <summary>Whether states are the outputs of the last layer at the last step: h of all its directions, in order.</summary>
    internal bool IsOutput(StateSource state)
        => _states.Count > 0 && _states[^1].Node is { IsWindow: false } node && node.Version == Version
            && state.Pieces.AsSpan().SequenceEqual(node.Pieces());

    internal void AddRecurrent(
        NodeReader reader, RecurrentNode node, LayerSpec layer, Action<Span<float>> fill, int inputSize, InitialState hidden,
        InitialState? memory)
    {
        RequireSteps(reader);
        node.Layer = Count;
        Add(reader, layer.GetParameters(inputSize).Sum(shape => shape.Length), () => layer, fill, inputSize);
        AddState(node, hidden, memory);
    }

    internal void AddEmbedding(NodeReader node, int size, float[] table, int vocabulary)
        => Add(node, table.Length, () => Layer.Embedding(size), table.CopyTo, vocabulary);

    internal void AddDense(NodeReader node, DenseLayer dense)
    {
        Add(node, dense.ParameterCount, dense.ToLayer, dense.Fill, dense.InputSize);
        OpenDense = dense;
    }

    internal void AddTimeDelay(NodeReader node, DenseLayer layer, RecurrentNode window, InitialState initial)
    {
        RequireSteps(node);
        window.Layer = Count;
        AddDense(node, layer);
        AddState(window, initial, null);
    }

    /// <summary>To be called after a change of the last layer.</summary>
    internal void Changed() => Version++;

    /// <summary>The layers, from the inputs up.</summary>
    internal LayerSpec[] Layers() => [.. _layers.Select(layer => layer.Layer())];

    /// <summary>Writes the parameters of all layers, one behind another, and releases what they come from: it works once.</summary>
    internal void Fill(Span<float> parameters)
    {
        for (int i = 0; i < _layers.Count; i++)
        {
            (_, int count, Action<Span<float>> fill) = _layers[i];
            fill(parameters[..count]);
            parameters = parameters[count..];
            _layers[i] = default;
        }
    }

    /// <summary>A layer over time can't follow the last step.</summary>
    private void RequireSteps(NodeReader node)
    {
        if (IsLast)
        {
            throw node.Refused("expected all steps of each sequence, but its input is the last one alone");
        }
    }

    private void AddState(RecurrentNode node, InitialState hidden, InitialState? memory)
    {
        node.Version = Version;
        _states.Add(new ChainState(node, IsMemory: false, hidden, _stateSize));
        if (memory is not null)
        {
            _states.Add(new ChainState(node, IsMemory: true, memory, _stateSize));
        }

        _stateSize += node.StateSize;
    }

    /// <summary>Each layer will have its own weights, even where nodes share theirs: the budget is spent before they are made.</summary>
    private void Add(NodeReader node, long count, Func<LayerSpec> layer, Action<Span<float>> fill, int inputSize)
    {
        budget.Spend(node.Label, count);
        ParameterCount += count;
        if (ParameterCount > Array.MaxLength)
        {
            throw node.Refused($"expected at most {Array.MaxLength} parameters, but with it there are {ParameterCount}");
        }

        InputSize = Count == 0 ? inputSize : InputSize;
        _layers.Add((layer, (int)count, fill));
        OpenDense = null;
        Version++;
    }
}
