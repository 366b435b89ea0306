namespace FastRnn.Serialization;

/// <summary>Layers with those in their branches.</summary>
internal static class LayerTree
{
    /// <summary>How many layers there are, those in branches too.</summary>
    internal static int Count(IEnumerable<LayerSpec> layers)
        => layers.Sum(layer => 1 + (layer is ParallelSpec parallel ? parallel.Branches.Sum(Count) : 0));

    /// <summary>The same layers but dropout.</summary>
    internal static IReadOnlyList<LayerSpec> WithoutDropout(IEnumerable<LayerSpec> layers)
        =>
        [
            .. layers.Where(layer => layer is not DropoutSpec).Select(layer => layer is ParallelSpec parallel
                ? Layer.Parallel(parallel.Merge, [.. parallel.Branches.Select(branch => WithoutDropout(branch).ToArray())])
                : layer),
        ];
}
