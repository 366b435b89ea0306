using FastRnn.Tests.Reference.Stacks;

namespace FastRnn.Tests.Support;

/// <summary>Random layers that hold branches, that make one row of each sequence, and those of each step by itself.</summary>
internal static class RandomBranches
{
    /// <summary>Large beside the variance of a row of few values: differences of a small deviation would be lost.</summary>
    private const float Epsilon = 0.1f;

    private static readonly Merge[] Merges = Enum.GetValues<Merge>();

    /// <summary>Branches of layers that any network may have.</summary>
    /// <param name="random">chooses</param>
    /// <param name="depth">how deep branches may be in branches</param>
    /// <param name="layer">makes a layer of a branch, given the depth that is left</param>
    internal static ParallelCase Parallel(Random random, int depth, Func<int, LayerCase> layer)
    {
        var branches = new LayerCase[2 + random.Next(2)][];
        for (int i = 0; i < branches.Length; i++)
        {
            branches[i] = [.. Enumerable.Range(0, random.Next(3)).Select(_ => layer(depth - 1))];
        }

        return new ParallelCase(Merges[random.Next(Merges.Length)], branches);
    }

    /// <summary>A layer that makes one row of each sequence, or branches of such.</summary>
    internal static LayerCase Reducing(Random random, int depth, Func<int, LayerCase> layer)
        => random.Next(depth > 0 ? 7 : 6) switch
        {
            0 => new LastStepCase(EachDirection: true),
            1 => new LastStepCase(EachDirection: false),
            2 => new PoolingCase(Pooling.Mean),
            3 => new PoolingCase(Pooling.Max),
            4 => new PoolingCase(Pooling.Sum),
            5 => new AttentionPoolingCase(),
            _ => new ParallelCase(
                Merges[random.Next(Merges.Length)],
                [
                    .. Enumerable.Range(0, 2).Select(_ => (LayerCase[])
                    [
                        .. Enumerable.Range(0, random.Next(2)).Select(_ => layer(depth - 1)), Reducing(random, depth - 1, layer),
                        .. Enumerable.Range(0, random.Next(2)).Select(_ => PerStep(random)),
                    ]),
                ]),
        };

    /// <summary>A layer of each step by itself.</summary>
    internal static LayerCase PerStep(Random random) => random.Next(5) switch
    {
        0 => new AffineCase(),
        1 => new NormalizationCase(Centers: true, Epsilon),
        2 => new NormalizationCase(Centers: false, Epsilon),
        _ => new ActivationCase(Activations.OfLayers[random.Next(Activations.OfLayers.Length)]),
    };
}
