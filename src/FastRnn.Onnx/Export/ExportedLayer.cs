namespace FastRnn.Onnx.Export;

/// <summary>A layer of a model that is written.</summary>
/// <param name="Layer">what it is</param>
/// <param name="Name">what the names of its weights and states begin with</param>
/// <param name="InputSize">I</param>
/// <param name="Model">the model</param>
/// <param name="Start">where its parameters begin among the model's</param>
internal sealed record ExportedLayer(LayerSpec Layer, string Name, int InputSize, RnnModel Model, int Start)
{
    internal int OutputSize => Layer.GetOutputSize(InputSize);

    /// <summary>The values of all its parameters.</summary>
    internal ReadOnlySpan<float> Parameters => Model.Parameters.Slice(Start, ParameterCount);

    private int ParameterCount => (int)Layer.GetParameters(InputSize).Sum(shape => shape.Length);

    internal static IEnumerable<ExportedLayer> Of(RnnModel model)
    {
        int inputSize = model.Spec.InputSize, start = 0, number = 0;
        for (int i = 0; i < model.Spec.Layers.Count; i++)
        {
            var layer = new ExportedLayer(model.Spec.Layers[i], $"layers.{number}", inputSize, model, start);
            yield return layer;
            number += layer.Layer is LastStepSpec ? 0 : 1;
            inputSize = layer.OutputSize;
            start += layer.ParameterCount;
        }
    }
}
