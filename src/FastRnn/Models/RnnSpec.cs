using FastRnn.Kernels;

namespace FastRnn;

/// <summary>What a network is: its sizes and its layers, without weights. Immutable; equal when all parts are equal.</summary>
public sealed record RnnSpec
{
    private readonly Layer[] _layers;

    /// <summary>Describes a network whose inputs are values.</summary>
    /// <param name="inputSize">The number of inputs at a step, I; at least 1.</param>
    /// <param name="layers">The layers: the first one sees the inputs, the last one's outputs are the network's; at least one.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The input size is below 1, or the weights are more than arrays can hold.
    /// </exception>
    /// <exception cref="ArgumentException">There is no layer, one is null, or one can't stand where it does.</exception>
    public RnnSpec(int inputSize, params ReadOnlySpan<Layer> layers)
        : this(inputSize, nameof(inputSize), takesIndices: false, layers)
    {
    }

    private RnnSpec(int inputSize, string parameter, bool takesIndices, ReadOnlySpan<Layer> layers)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputSize, parameter);
        InputSize = inputSize;
        TakesIndices = takesIndices;
        _layers = layers.ToArray();
        if (_layers.Length == 0)
        {
            throw new ArgumentException("Expected at least one layer, but got none.", nameof(layers));
        }

        Layers = Array.AsReadOnly(_layers);
        OutputSize = inputSize;
        double length = 0;
        for (int i = 0; i < _layers.Length; i++)
        {
            Layer layer = _layers[i] ?? throw new ArgumentException($"Expected layers, but layers[{i}] is null.", nameof(layers));
            if (layer.Refusal(takesIndices && i == 0) is { } refusal)
            {
                throw new ArgumentException($"{LayerName(i)} {refusal}.", nameof(layers));
            }

            length += 2 * layer.FilledLength(OutputSize) + GradientSum.LongestBlock * layer.FilledWidth(OutputSize);
            if (length > Guard.LargestBuffer)
            {
                throw Guard.TooLarge(nameof(layers), i, $"training {LayerName(i)} on {OutputSize} inputs takes {length:0}");
            }

            ParameterCount += layer.ParameterCount(OutputSize);
            StateSize += layer.StateSize(OutputSize);
            OutputSize = layer.OutputSize(OutputSize);
        }
    }

    /// <summary>The number of inputs at a step, I; the size of the vocabulary where inputs are indices.</summary>
    public int InputSize { get; }

    /// <summary>Whether inputs are indices from 0 to I − 1, which stand for one-hot vectors, instead of values.</summary>
    public bool TakesIndices { get; }

    /// <summary>The number of outputs at a step, O.</summary>
    public int OutputSize { get; }

    /// <summary>The floats of one stream's state, S: the states of the layers one behind another.</summary>
    public int StateSize { get; }

    /// <summary>The layers, from the inputs up.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>Which steps the network reads and for which it has outputs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such shape.</exception>
    /// <exception cref="ArgumentException">
    /// One-to-many with a bidirectional layer, or with outputs of another size than inputs.
    /// </exception>
    public SequenceShape Shape
    {
        get;
        init => field = Checked(value, nameof(Shape));
    }

    /// <summary>The number of weights and biases.</summary>
    internal long ParameterCount { get; }

    /// <summary>The activation of the outputs where the last layer is dense; null otherwise.</summary>
    internal Activation? OutputActivation => _layers[^1].OutputActivation;

    /// <summary>Whether no layer needs later steps, so that the network can be streamed.</summary>
    internal bool IsCausal => Array.TrueForAll(_layers, layer => layer.IsCausal);

    /// <summary>
    /// How many layers run over all steps in a many-to-one network; the others see the last step alone.
    /// </summary>
    internal int TemporalLayers => Math.Max(1, Array.FindLastIndex(_layers, layer => layer.IsTemporal) + 1);

    /// <summary>Describes a network whose inputs are indices. Unless an embedding stands first, the first layer sees them as one-hot
    /// vectors; no product with a one-hot vector is computed, a row is gathered.</summary>
    /// <param name="vocabularySize">The number of indices, I; at least 1.</param>
    /// <param name="layers">The layers: the first one sees the inputs, the last one's outputs are the network's; at least one.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The size of the vocabulary is below 1, or the weights are more than arrays can hold.
    /// </exception>
    /// <exception cref="ArgumentException">There is no layer, one is null, or one can't stand where it does.</exception>
    public static RnnSpec ForIndices(int vocabularySize, params ReadOnlySpan<Layer> layers)
        => new(vocabularySize, nameof(vocabularySize), takesIndices: true, layers);

    /// <summary>Whether all parts are equal.</summary>
    /// <param name="other">Another spec.</param>
    public bool Equals(RnnSpec? other)
        => other is not null && InputSize == other.InputSize && TakesIndices == other.TakesIndices && Shape == other.Shape
            && _layers.AsSpan().SequenceEqual(other._layers);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(InputSize);
        hash.Add(TakesIndices);
        hash.Add(Shape);
        foreach (Layer layer in _layers)
        {
            hash.Add(layer);
        }

        return hash.ToHashCode();
    }

    /// <summary>Throws unless every layer can be streamed.</summary>
    internal void RequireCausal(Func<string, Exception> refuse)
    {
        int layer = Array.FindIndex(_layers, layer => !layer.IsCausal);
        if (layer >= 0)
        {
            throw refuse(LayerName(layer));
        }
    }

    /// <summary>The layers that have a state, with its parts and their size.</summary>
    internal List<(string Name, int Parts, int Size)> States()
    {
        var states = new List<(string, int, int)>();
        int inputSize = InputSize;
        for (int i = 0; i < _layers.Length; i++)
        {
            int size = _layers[i].StateSize(inputSize);
            if (size > 0)
            {
                int part = _layers[i].StatePartSize(inputSize);
                states.Add((LayerName(i), size / part, part));
            }

            inputSize = _layers[i].OutputSize(inputSize);
        }

        return states;
    }

    internal string LayerName(int position) => $"layers[{position}] ({_layers[position].Kind})";

    private SequenceShape Checked(SequenceShape shape, string parameter)
    {
        switch (shape)
        {
            case SequenceShape.ManyToMany or SequenceShape.ManyToOne:
                break;
            case SequenceShape.OneToMany:
                RequireCausal(name => new ArgumentException(
                    $"Expected layers that see no later step, since outputs are fed back, but {name} sees all.", parameter));
                if (OutputSize != InputSize)
                {
                    throw new ArgumentException(
                        $"Expected {InputSize} outputs, as many as inputs, since outputs are fed back, but "
                        + $"{LayerName(_layers.Length - 1)} has {OutputSize}.", parameter);
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(parameter, shape, "Expected one of the shapes that the enumeration names.");
        }

        return shape;
    }
}
