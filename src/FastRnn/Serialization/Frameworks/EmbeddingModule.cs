namespace FastRnn.Serialization;

/// <summary>A table of embeddings [V, E], which every framework has the same way round.</summary>
internal sealed class EmbeddingModule(string name, int vocabularySize, int size, TensorEntry table)
    : WeightModule(name, vocabularySize, size)
{
    internal override bool IsEmbedding => true;

    internal override long ParameterCount => (long)InputSize * OutputSize;

    internal override void AddLayers(List<LayerSpec> layers, Activation activation) => layers.Add(Layer.Embedding(OutputSize));

    internal override void Read(SafetensorsFile file, Span<float> destination) => file.Read(table, destination);
}
