namespace FastRnn.Serialization;

/// <summary>A part of another framework's network, as a file has it, and the layers that it becomes here.</summary>
/// <param name="name">what stands before the names of its tensors</param>
/// <param name="inputSize">the number of inputs; for an embedding the size of the vocabulary; null where it is any, and that of outputs too
/// </param>
/// <param name="layers">the layers, with any activation where names and shapes don't tell it, and what reads their parameters; where these
/// go are zeros</param>
internal sealed class WeightModule(string name, int? inputSize, IReadOnlyList<(LayerSpec Layer, Action<Span<float>> Read)> layers)
{
    internal string Name => name;

    internal int? InputSize => inputSize;

    internal IEnumerable<LayerSpec> Layers => layers.Select(layer => layer.Layer);

    internal bool IsEmbedding => layers[0].Layer is EmbeddingSpec;

    internal bool IsFeedForward => layers[0].Layer is DenseSpec or TimeDelaySpec;

    /// <summary>Whether its activation is open: names and shapes don't tell it.</summary>
    internal bool HasActivation => IsFeedForward || IsRecurrentWithActivation;

    internal bool IsRecurrentWithActivation => layers[0].Layer is ElmanSpec or BidirectionalSpec { Inner: ElmanSpec };

    internal bool IsConvolution => layers[0].Layer is TimeDelaySpec;

    internal bool IsGru => layers[0].Layer is GruSpec or BidirectionalSpec { Inner: GruSpec };

    /// <summary>What else it may be; null where there is nothing.</summary>
    internal WeightModule? Alternative { get; init; }

    /// <summary>The module with its activation, if it has one, and with another one behind it.</summary>
    /// <param name="own">the activation of all its layers; any where <see cref="HasActivation"/> is false</param>
    /// <param name="behind">the activation of a layer behind them; the identity for no layer</param>
    internal WeightModule With(Activation own, Activation behind)
    {
        var all = layers.Select(layer => (With(layer.Layer, own), layer.Read)).ToList();
        if (behind != Activation.Identity)
        {
            all.Add((Layer.Activation(behind), static _ => { }));
        }

        return new WeightModule(name, inputSize, all);
    }

    /// <summary>How many outputs there are behind so many inputs; null where neither is known.</summary>
    internal int? OutputSizeOf(int? size)
        => (inputSize ?? size) is { } known ? layers.Aggregate(known, (inputs, layer) => layer.Layer.GetOutputSize(inputs)) : null;

    /// <summary>Reads the parameters of all layers; returns what is left of the destination.</summary>
    /// <param name="size">the number of inputs</param>
    /// <param name="destination">receives the parameters</param>
    internal Span<float> Read(int size, Span<float> destination)
    {
        foreach ((LayerSpec layer, Action<Span<float>> read) in layers)
        {
            int length = (int)layer.GetParameters(size).Sum(shape => shape.Length);
            read(destination[..length]);
            destination = destination[length..];
            size = layer.GetOutputSize(size);
        }

        return destination;
    }

    private static LayerSpec With(LayerSpec layer, Activation activation) => layer switch
    {
        DenseSpec dense => Layer.Dense(dense.OutputSize, activation),
        TimeDelaySpec delay => delay with { Activation = activation },
        ElmanSpec elman => Cell.Elman(elman.HiddenSize, activation),
        BidirectionalSpec { Inner: ElmanSpec elman } both => Cell.Bidirectional(Cell.Elman(elman.HiddenSize, activation), both.Merge),
        _ => layer,
    };

    /// <summary>Name and sizes, for messages.</summary>
    public override string ToString()
        => inputSize is null ? $"'{Name}' (any size)" : $"'{Name}' ({inputSize} → {OutputSizeOf(inputSize)})";
}
