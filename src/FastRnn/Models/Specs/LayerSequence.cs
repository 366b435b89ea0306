namespace FastRnn;

/// <summary>Layers one behind another: those of a network, and those of a branch.</summary>
internal static class LayerSequence
{
    /// <summary>The layers, each with its place.</summary>
    internal static IEnumerable<(LayerSpec Spec, LayerPlace Place)> At(this IEnumerable<LayerSpec> layers, LayerPlace place)
    {
        foreach (LayerSpec layer in layers)
        {
            yield return (layer, place);
            place = layer.Behind(place);
        }
    }

    /// <summary>The place behind all layers.</summary>
    internal static LayerPlace Behind(this IEnumerable<LayerSpec> layers, LayerPlace place)
        => layers.Aggregate(place, (before, layer) => layer.Behind(before));

    /// <summary>The layers with the sizes of their inputs, where it does not matter what stands before.</summary>
    internal static IEnumerable<(LayerSpec Spec, LayerPlace Place)> At(this IEnumerable<LayerSpec> layers, int inputSize)
        => layers.At(new LayerPlace(inputSize, TakesIndices: false, IsReduced: false, ReverseColumn: null));

    /// <summary>Throws unless each layer can stand where it does.</summary>
    /// <param name="layers">the layers</param>
    /// <param name="path">what names them, such as <c>layers</c></param>
    /// <param name="place">where the first one stands</param>
    /// <param name="parameter">for the exception</param>
    internal static void Check(this IEnumerable<LayerSpec> layers, string path, LayerPlace place, string parameter)
    {
        int position = 0;
        foreach ((LayerSpec layer, LayerPlace at) in layers.At(place))
        {
            // What is wrong in a branch is the reason for what is wrong with what holds it.
            string name = Name(path, position++, layer);
            layer.CheckBranches(name, at, parameter);
            if (layer.Refusal(at) is { } refusal)
            {
                throw new ArgumentException($"{name} {refusal}.", parameter);
            }
        }
    }

    /// <summary>The name of a layer in messages, such as <c>layers[1] (Dense)</c>.</summary>
    internal static string Name(string path, int position, LayerSpec layer) => $"{path}[{position}] ({layer.Kind})";

    /// <summary>Copies layers, of which none may be null.</summary>
    internal static IReadOnlyList<LayerSpec> Copy(ReadOnlySpan<LayerSpec> layers, string path, string parameter)
    {
        int missing = layers.IndexOf((LayerSpec)null!);
        return missing < 0
            ? Array.AsReadOnly(layers.ToArray())
            : throw new ArgumentException($"Expected layers, but {path}[{missing}] is null.", parameter);
    }
}
