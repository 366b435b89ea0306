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

    /// <summary>The layers of a model.</summary>
    internal static ExportedLayer[] Of(RnnModel model) => Of(model.Spec.Layers, "layers.", model.Spec.InputSize, model, 0);

    /// <summary>The layers of each branch.</summary>
    internal IReadOnlyList<ExportedLayer[]> Branches(ParallelSpec parallel)
    {
        int start = Start;
        var branches = new List<ExportedLayer[]>();
        for (int i = 0; i < parallel.Branches.Count; i++)
        {
            ExportedLayer[] branch = Of(parallel.Branches[i], $"{Name}.branches.{i}.", InputSize, Model, start);
            start += branch.Sum(layer => layer.ParameterCount);
            branches.Add(branch);
        }

        return branches;
    }

    private static ExportedLayer[] Of(IReadOnlyList<LayerSpec> layers, string path, int inputSize, RnnModel model, int start)
    {
        var exported = new ExportedLayer[layers.Count];
        for (int i = 0; i < exported.Length; i++)
        {
            exported[i] = new ExportedLayer(layers[i], $"{path}{i}", inputSize, model, start);
            inputSize = exported[i].OutputSize;
            start += exported[i].ParameterCount;
        }

        return exported;
    }
}
