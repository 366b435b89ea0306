namespace FastRnn.Onnx.Import;

/// <summary>The layers of a network and of its branches, and how many there may be.</summary>
internal static class PartLimits
{
    /// <summary>All layers that hold no others, each with its place in the network and the path that files name it by within that.
    /// </summary>
    internal static IEnumerable<(LayerPart Part, int Layer, string Path)> Leaves(IReadOnlyList<LayerPart> parts)
        => parts.SelectMany((part, i) => Within(part, "").Select(leaf => (leaf.Part, i, leaf.Path)));

    /// <summary>Throws where there are more layers or parameters than a network may have.</summary>
    internal static void Check(IReadOnlyList<LayerPart> parts)
    {
        long count = 0, parameters = 0;
        foreach ((LayerPart part, _, _) in Leaves(parts))
        {
            if (++count > FlowDecomposition.MostLayers)
            {
                throw part.Node.Refused($"expected at most {FlowDecomposition.MostLayers} layers, but there are more");
            }

            parameters += part.ParameterCount();
            if (parameters > Array.MaxLength)
            {
                throw part.Node.Refused($"expected at most {Array.MaxLength} parameters, but with it there are {parameters}");
            }
        }
    }

    private static IEnumerable<(LayerPart Part, string Path)> Within(LayerPart part, string path)
        => part is ParallelPart parallel
            ? parallel.Branches.SelectMany((branch, i) => branch.SelectMany((inner, j) => Within(inner, $"{path}branches.{i}.{j}.")))
            : [(part, path)];
}
