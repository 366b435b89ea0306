namespace FastRnn.Serialization;

/// <summary>A part of another framework's network, as a file has it: a name and tensors, which become layers here.</summary>
internal abstract class WeightModule(string name, int inputSize, int outputSize)
{
    /// <summary>What stands before the names of its tensors.</summary>
    internal string Name => name;

    /// <summary>The number of inputs; of an embedding the size of the vocabulary.</summary>
    internal int InputSize => inputSize;

    internal int OutputSize => outputSize;

    /// <summary>Whether its inputs are indices.</summary>
    internal virtual bool IsEmbedding => false;

    /// <summary>Whether it is a feed-forward layer.</summary>
    internal virtual bool IsDense => false;

    /// <summary>Whether its activation is open: names and shapes don't tell it.</summary>
    internal virtual bool HasActivation => false;

    /// <summary>What else it may be; null where there is nothing.</summary>
    internal virtual WeightModule? Alternative => null;

    internal abstract long ParameterCount { get; }

    /// <param name="layers">receives its layers</param>
    /// <param name="activation">where it has one</param>
    internal abstract void AddLayers(List<LayerSpec> layers, Activation activation);

    /// <summary>Reads its parameters in the order of its layers.</summary>
    /// <param name="file">the file that has its tensors</param>
    /// <param name="destination">[<see cref="ParameterCount"/>], zeros</param>
    internal abstract void Read(SafetensorsFile file, Span<float> destination);

    /// <summary>Name and sizes, for messages.</summary>
    public override string ToString() => $"'{Name}' ({InputSize} → {OutputSize})";
}
