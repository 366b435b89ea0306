namespace FastRnn.Serialization;

/// <summary>A part of another framework's network, as a file has it, and the layers that it becomes here.</summary>
/// <param name="name">what stands before the names of its tensors</param>
/// <param name="inputSize">the number of inputs; for an embedding the size of the vocabulary</param>
/// <param name="layers">the layers, with any activation where names and shapes don't tell it, and what reads their parameters; where these
/// go are zeros</param>
internal sealed class WeightModule(string name, int inputSize, IReadOnlyList<(LayerSpec Layer, Action<Span<float>> Read)> layers)
{
    internal string Name => name;

    internal int InputSize => inputSize;

    internal int OutputSize { get; } = layers.Aggregate(inputSize, (size, layer) => layer.Layer.GetOutputSize(size));

    internal IReadOnlyList<(LayerSpec Layer, Action<Span<float>> Read)> Layers => layers;

    internal bool IsEmbedding => layers[0].Layer is EmbeddingSpec;

    internal bool IsDense => layers[0].Layer is DenseSpec;

    /// <summary>Whether its activation is open: names and shapes don't tell it.</summary>
    internal bool HasActivation => layers[0].Layer is DenseSpec or ElmanSpec or BidirectionalSpec { Inner: ElmanSpec };

    internal bool IsGru => layers[0].Layer is GruSpec or BidirectionalSpec { Inner: GruSpec };

    /// <summary>What else it may be; null where there is nothing.</summary>
    internal WeightModule? Alternative { get; init; }

    internal IEnumerable<LayerSpec> LayersWith(Activation activation) => layers.Select(layer => layer.Layer switch
    {
        DenseSpec dense => Layer.Dense(dense.OutputSize, activation),
        ElmanSpec elman => Cell.Elman(elman.HiddenSize, activation),
        BidirectionalSpec { Inner: ElmanSpec elman } => Cell.Bidirectional(Cell.Elman(elman.HiddenSize, activation)),
        LayerSpec other => other,
    });

    /// <summary>Reads the parameters of all layers; returns what is left of the destination.</summary>
    internal Span<float> Read(Span<float> destination)
    {
        int size = inputSize;
        foreach ((LayerSpec layer, Action<Span<float>> read) in layers)
        {
            int length = (int)layer.GetParameters(size).Sum(shape => shape.Length);
            read(destination[..length]);
            destination = destination[length..];
            size = layer.GetOutputSize(size);
        }

        return destination;
    }

    /// <summary>Name and sizes, for messages.</summary>
    public override string ToString() => $"'{Name}' ({InputSize} → {OutputSize})";
}
