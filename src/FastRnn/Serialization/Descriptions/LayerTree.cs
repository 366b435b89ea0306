namespace FastRnn.Serialization;

/// <summary>Layers with those in their branches.</summary>
internal static class LayerTree
{
    /// <summary>How many layers there are, those in branches and of inputs too.</summary>
    internal static int Count(IEnumerable<LayerSpec> layers)
        => layers.Sum(layer => 1 + layer switch
        {
            ParallelSpec parallel => parallel.Branches.Sum(Count),
            InputsSpec inputs => inputs.Inputs.Sum(input => Count(input.Layers)),
            _ => 0,
        });

    /// <summary>The same layers but dropout.</summary>
    internal static IReadOnlyList<LayerSpec> WithoutDropout(IEnumerable<LayerSpec> layers)
        =>
        [
            .. layers.Where(layer => layer is not DropoutSpec).Select(layer => layer switch
            {
                ParallelSpec parallel => Layer.Parallel(
                    parallel.Merge, [.. parallel.Branches.Select(branch => WithoutDropout(branch).ToArray())]),
                InputsSpec inputs => new InputsSpec(
                [
                    .. inputs.Inputs.Select(input => input.With([.. WithoutDropout(input.Layers)])),
                ]),
                _ => layer,
            }),
        ];
}
