using FastRnn.Memory;

namespace FastRnn.Onnx.Export;

/// <summary>A layer of a model on its way into a graph.</summary>
/// <param name="Layer">what it is</param>
/// <param name="Name">what its weights and states are called by</param>
/// <param name="InputSize">I</param>
/// <param name="Slices">its parameters, in their order</param>
/// <param name="Model">the model</param>
internal sealed record ExportedLayer(LayerSpec Layer, string Name, int InputSize, IReadOnlyList<ParameterSlice> Slices, RnnModel Model)
{
    internal int OutputSize => Layer.GetOutputSize(InputSize);

    /// <summary>The values of all its parameters.</summary>
    internal ReadOnlySpan<float> Parameters
        => Slices.Count == 0 ? [] : Model.Parameters.Slice(Slices[0].Offset, Slices.Sum(slice => slice.Length));

    internal static IEnumerable<ExportedLayer> Of(RnnModel model)
    {
        int inputSize = model.Spec.InputSize;
        for (int i = 0; i < model.Spec.Layers.Count; i++)
        {
            string name = $"layers.{i}";
            ParameterSlice[] slices =
                [.. model.Network.Layout.Slices.Where(slice => slice.Name.StartsWith($"{name}.", StringComparison.Ordinal))];
            var layer = new ExportedLayer(model.Spec.Layers[i], name, inputSize, slices, model);
            yield return layer;
            inputSize = layer.OutputSize;
        }
    }
}
