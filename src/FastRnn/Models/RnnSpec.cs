using FastRnn.Kernels;

namespace FastRnn;

/// <summary>What a network is: its sizes and its layers, without weights. Immutable; equal when all parts are equal.</summary>
public sealed record RnnSpec
{
    private readonly LayerSpec[] _layers;

    /// <summary>Describes a network whose inputs are values.</summary>
    /// <param name="inputSize">The number of inputs at a step, I; at least 1.</param>
    /// <param name="layers">The layers: the first one sees the inputs, the last one's outputs are the network's; at least one.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The input size is below 1, or the weights are more than arrays can hold.
    /// </exception>
    /// <exception cref="ArgumentException">There is no layer, one is null, or one can't stand where it does.</exception>
    public RnnSpec(int inputSize, params ReadOnlySpan<LayerSpec> layers)
        : this(inputSize, nameof(inputSize), takesIndices: false, layers)
    {
    }

    private RnnSpec(int inputSize, string parameter, bool takesIndices, ReadOnlySpan<LayerSpec> layers)
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
        var states = new List<StatePart>();
        double length = 0;
        for (int i = 0; i < _layers.Length; i++)
        {
            LayerSpec layer = _layers[i] ?? throw new ArgumentException($"Expected layers, but layers[{i}] is null.", nameof(layers));
            if (layer.Refusal(takesIndices && i == 0) is { } refusal)
            {
                throw new ArgumentException($"{LayerName(i)} {refusal}.", nameof(layers));
            }

            IReadOnlyList<ParameterShape> parameters = layer.GetParameters(OutputSize);
            (string Name, bool IsReverse, long Length)[] state = layer.GetState(OutputSize);
            length += TrainingLength(parameters) + state.Sum(part => (double)part.Length);
            if (length > Guard.LargestBuffer)
            {
                throw Guard.TooLarge(nameof(layers), i, $"training {LayerName(i)} on {OutputSize} inputs takes {length:0}");
            }

            ParameterCount += parameters.Sum(shape => shape.Length);
            foreach ((string name, bool isReverse, long partLength) in state)
            {
                states.Add(new StatePart(i, name, isReverse, StateSize, (int)partLength));
                StateSize += (int)partLength;
            }

            OutputSize = layer.GetOutputSize(OutputSize);
        }

        StateParts = states.AsReadOnly();
    }

    /// <summary>The number of inputs at a step, I; the size of the vocabulary where inputs are indices.</summary>
    public int InputSize { get; }

    /// <summary>Whether inputs are indices from 0 to I − 1, which stand for one-hot vectors, instead of values.</summary>
    public bool TakesIndices { get; }

    /// <summary>The number of outputs at a step, O.</summary>
    public int OutputSize { get; }

    /// <summary>The floats of one stream's state, S: the states of the layers one behind another, see <see cref="StateParts"/>.</summary>
    public int StateSize { get; }

    /// <summary>The parts of one stream's state in the order in which they lie: layer by layer, of both directions h→, h←, then c→, c←.
    /// </summary>
    public IReadOnlyList<StatePart> StateParts { get; }

    /// <summary>The layers, from the inputs up.</summary>
    public IReadOnlyList<LayerSpec> Layers { get; }

    /// <summary>Whether no layer needs later steps, so that <see cref="RnnModel.CreateSession"/> can stream the network.</summary>
    public bool CanStream => Array.TrueForAll(_layers, layer => layer.CanStream);

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
    public long ParameterCount { get; }

    /// <summary>In a many-to-one network the place of the last layer that runs over time, or of the first if none does: the layers behind
    /// it see each sequence's last step alone. Null in other networks.</summary>
    public int? LastTemporalLayer
        => HasOneOutput ? Math.Max(0, Array.FindLastIndex(_layers, layer => layer.IsTemporal)) : null;

    /// <summary>The activation of the outputs where the last layer is dense; null otherwise.</summary>
    internal Activation? OutputActivation => _layers[^1].HeadActivation;

    /// <summary>Whether outputs are the next step's inputs.</summary>
    internal bool FeedsBack => Shape == SequenceShape.OneToMany;

    /// <summary>Whether a sequence has one output.</summary>
    internal bool HasOneOutput => Shape == SequenceShape.ManyToOne;

    /// <summary>Describes a network whose inputs are indices. Unless an embedding stands first, the first layer sees them as one-hot
    /// vectors; no product with a one-hot vector is computed, a row is gathered.</summary>
    /// <param name="vocabularySize">The number of indices, I; at least 1.</param>
    /// <param name="layers">The layers: the first one sees the inputs, the last one's outputs are the network's; at least one.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The size of the vocabulary is below 1, or the weights are more than arrays can hold.
    /// </exception>
    /// <exception cref="ArgumentException">There is no layer, one is null, or one can't stand where it does.</exception>
    public static RnnSpec ForIndices(int vocabularySize, params ReadOnlySpan<LayerSpec> layers)
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
        foreach (LayerSpec layer in _layers)
        {
            hash.Add(layer);
        }

        return hash.ToHashCode();
    }

    /// <summary>The steps that inputs have, of T.</summary>
    internal int InputSteps(int steps) => FeedsBack ? 1 : steps;

    /// <summary>The steps that outputs have, of T.</summary>
    internal int OutputSteps(int steps) => HasOneOutput ? 1 : steps;

    /// <summary>Throws unless every layer can be streamed.</summary>
    internal void RequireCausal(Func<string, Exception> refuse)
    {
        int layer = Array.FindIndex(_layers, layer => !layer.CanStream);
        if (layer >= 0)
        {
            throw refuse(LayerName(layer));
        }
    }

    /// <summary>The name of a layer in messages, such as <c>layers[1] (Dense)</c>.</summary>
    /// <param name="position">The layer's place in <see cref="Layers"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public string LayerName(int position)
        => (uint)position < (uint)_layers.Length
            ? $"layers[{position}] ({_layers[position].Kind})"
            : throw new ArgumentOutOfRangeException(
                nameof(position), position, $"Expected a place from 0 to {_layers.Length - 1}, but got {position}.");

    /// <summary>
    /// A bound from above of the floats that the weights of a layer take twice, once for the way back, with every side of a matrix filled
    /// up as packing does at most, and of what the sums of gradients take.
    /// </summary>
    private static double TrainingLength(IReadOnlyList<ParameterShape> parameters)
    {
        const double Filling = 32, RowFilling = 64;
        double length = 0, widest = 0;
        foreach (ParameterShape shape in parameters)
        {
            length += shape.IsVector ? shape.Length : (shape.Rows + Filling) * (shape.Columns + Filling);
            widest = Math.Max(widest, shape.Rows);
        }

        return 2 * length + (parameters.Count == 0 ? 0 : GradientSum.LongestBlock * (widest + RowFilling));
    }

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
