namespace FastRnn.Serialization;

/// <summary>A feed-forward layer: W, and b or zeros.</summary>
internal sealed class DenseModule(
    string name, int inputSize, int outputSize, WeightOrder order, TensorEntry weights, TensorEntry? bias, WeightModule? alternative = null)
    : WeightModule(name, inputSize, outputSize)
{
    internal override bool IsDense => true;

    internal override bool HasActivation => true;

    internal override WeightModule? Alternative => alternative;

    internal override long ParameterCount => OutputSize * ((long)InputSize + 1);

    internal override void AddLayers(List<LayerSpec> layers, Activation activation) => layers.Add(Layer.Dense(OutputSize, activation));

    internal override void Read(SafetensorsFile file, Span<float> destination)
    {
        order.ReadMatrix(file, weights, OutputSize, destination[..^OutputSize]);
        if (bias is not null)
        {
            file.Read(bias, destination[^OutputSize..]);
        }
    }
}
