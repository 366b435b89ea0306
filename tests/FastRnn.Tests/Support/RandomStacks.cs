using FastRnn.Tests.Reference.Stacks;
using FsCheck;
using FsCheck.Fluent;

namespace FastRnn.Tests.Support;

/// <summary>Random stacks of layers that fit together, and smaller ones of a stack that fails.</summary>
internal static class RandomStacks
{
    private const int Seeds = 1_000_000;
    private const int WidestDelay = 4;
    private const int LargestDilation = 3;
    private const float DropoutRate = 0.3f;

    /// <summary>The least clips most values, the largest few.</summary>
    private static readonly float[] Clips = [0.25f, 0.5f, 1];

    internal static Arbitrary<StackCase> Within(StackLimits limits)
        => Arb.From(Gen.Choose(0, Seeds).Select(seed => Create(new Random(seed), limits, seed)), stack => Smaller(stack, limits));

    private static StackCase Create(Random random, StackLimits limits, int seed)
    {
        SequenceShape shape = Any(random, limits.Shapes);
        bool closed = shape == SequenceShape.OneToMany;
        bool indices = limits.Indices && (!closed || limits.IndicesFedBack) && Maybe(random);
        StackLimits layerLimits = limits with { Bidirectional = limits.Bidirectional && !closed };
        var layers = new LayerCase[1 + random.Next(limits.Layers)];
        for (int place = 0; place < layers.Length; place++)
        {
            layers[place] = place == 0 && indices && Maybe(random)
                ? new EmbeddingCase(Size(random, limits))
                : Layer(random, place == 0 ? layerLimits with { Dropout = false } : layerLimits);
        }

        layers = indices && !TakesIndices(layers[0]) ? [new EmbeddingCase(Size(random, limits)), .. layers] : layers;
        if (limits.Reducing && shape == SequenceShape.ManyToOne && random.Next(3) > 0)
        {
            // Behind a layer that makes one row of each sequence, none runs over time.
            int first = indices ? 1 : 0, place = first + random.Next(layers.Length + 1 - first);
            layers =
            [
                .. layers[..place], RandomBranches.Reducing(random, limits.Depth, Inner),
                .. layers[place..].Select(_ => Maybe(random) ? RandomBranches.PerStep(random) : Dense(random, limits)),
            ];
        }

        LayerCase Inner(int depth) => Layer(random, layerLimits with { Depth = depth });

        return Fit(new StackCase(
            Size(random, limits), layers, 1 + random.Next(limits.Steps), 1 + random.Next(limits.Batch), shape, indices,
            limits.Lengths && Maybe(random), seed));
    }

    private static LayerCase Layer(Random random, StackLimits limits)
        => random.Next(13) switch
        {
            0 or 1 => Dense(random, limits),
            10 => RandomBranches.PerStep(random),
            11 or 12 when limits.Depth > 0
                => RandomBranches.Parallel(random, limits.Depth, depth => Layer(random, limits with { Depth = depth })),
            2 => new TimeDelayCase(
                Size(random, limits), 1 + random.Next(WidestDelay), 1 + random.Next(LargestDilation), Any(random, Activations.OfLayers))
            {
                Ahead = limits.Bidirectional ? Any(random, [0, 0.5f, 1]) : 0,
                HasBias = random.Next(4) > 0,
                Grouping = Any(random, Enum.GetValues<Grouping>()),
            },
            3 when limits.Dropout => new DropoutCase(DropoutRate),
            4 when limits.Bidirectional && Maybe(random) => new ReversedCase(Cell(random, limits)),
            4 or 5 when limits.Bidirectional => Bidirectional(random, limits),
            _ => Cell(random, limits),
        };

    private static DenseCase Dense(Random random, StackLimits limits) => new(Size(random, limits), Any(random, Activations.OfLayers));

    /// <summary>Others see no one-hot vectors.</summary>
    private static bool TakesIndices(LayerCase layer)
        => layer is EmbeddingCase or DenseCase or CellCase or BidirectionalCase or ReversedCase;

    private static BidirectionalCase Bidirectional(Random random, StackLimits limits)
    {
        CellCase cell = Cell(random, limits);
        CellCase reverse = cell switch
        {
            ElmanCase elman when Maybe(random) => elman with { Activation = Any(random, Activations.OfCells) },
            GruCase gru when Maybe(random) => gru with { CandidateActivation = Any(random, Activations.OfCells) },
            LstmCase lstm when Maybe(random) => lstm with { OutputActivation = Any(random, Activations.OfCells) },
            _ => cell,
        };
        return new BidirectionalCase(cell) { Merge = Any(random, Enum.GetValues<Merge>()), Reverse = reverse };
    }

    private static CellCase Cell(Random random, StackLimits limits)
        => random.Next(4) switch
        {
            0 => new ElmanCase(Size(random, limits), Any(random, Activations.OfCells)) { Clip = Clip(random) },
            1 => Lstm(random, limits),
            2 => Gru(random, limits),
            _ => new JordanCase(
                Size(random, limits), Size(random, limits), Any(random, Activations.OfCells), Any(random, Activations.All)),
        };

    private static LstmCase Lstm(Random random, StackLimits limits)
    {
        var plain = new LstmCase(Size(random, limits), Maybe(random));
        if (Maybe(random))
        {
            return plain;
        }

        Activation gate = Any(random, Activations.OfCells);
        return plain with
        {
            GateActivation = gate,
            CandidateActivation = Any(random, Activations.OfCells),
            OutputActivation = Any(random, Activations.OfCells),
            Clip = GateClip(random, gate),
            CoupledGates = Maybe(random),
        };
    }

    private static GruCase Gru(Random random, StackLimits limits)
    {
        var plain = new GruCase(Size(random, limits), Maybe(random));
        if (Maybe(random))
        {
            return plain;
        }

        Activation gate = Any(random, Activations.OfCells);
        return plain with { GateActivation = gate, CandidateActivation = Any(random, Activations.OfCells), Clip = GateClip(random, gate) };
    }

    private static float Clip(Random random) => Maybe(random) ? float.PositiveInfinity : Any(random, Clips);

    /// <summary>A gate that is not within ±1 would make a state grow like a power of a power.</summary>
    private static float GateClip(Random random, Activation gate)
        => Activations.IsBounded(gate) ? Clip(random) : Any(random, Clips);

    /// <summary>Outputs that are fed back are of the size of the inputs.</summary>
    private static StackCase Fit(StackCase stack)
    {
        if (stack.Shape != SequenceShape.OneToMany)
        {
            return stack;
        }

        // Branches may put out their inputs with others beside them: as many as the inputs and more.
        StackCase fitted = stack with { Inputs = stack.Outputs };
        return fitted.Outputs == fitted.Inputs
            ? fitted
            : fitted with { Layers = [.. fitted.Layers, new DenseCase(fitted.Inputs, Activation.Identity)] };
    }

    /// <summary>Every candidate is smaller by one thing, so that there is an end to it.</summary>
    private static IEnumerable<StackCase> Smaller(StackCase stack, StackLimits limits)
    {
        IEnumerable<StackCase> Without(bool present, StackCase smaller) => present ? [smaller] : [];

        LayerCase[] layers = stack.Layers;
        IEnumerable<LayerCase[]> fewer = Enumerable.Range(0, layers.Length)
            .Select(place => layers.Where((_, other) => other != place).ToArray())
            .Where(rest => rest.Length > 0 && rest[0] is not DropoutCase && (!stack.TakesIndices || TakesIndices(rest[0])));
        IEnumerable<LayerCase[]> flatter = Enumerable.Range(0, layers.Length)
            .Where(place => layers[place] is ParallelCase && (place > 0 || !stack.TakesIndices))
            .SelectMany(place => ((ParallelCase)layers[place]).Branches.Where(branch => branch.Length > 0)
                .Select(branch => (LayerCase[])[.. layers[..place], .. branch, .. layers[(place + 1)..]]));
        IEnumerable<LayerCase[]> narrower = Enumerable.Range(0, layers.Length)
            .Where(place => layers[place].Halved != layers[place])
            .Select(place => layers.Select((layer, other) => other == place ? layer.Halved : layer).ToArray());
        IEnumerable<LayerCase[]> plainer = Enumerable.Range(0, layers.Length)
            .Where(place => layers[place].Plain != layers[place])
            .Select(place => layers.Select((layer, other) => other == place ? layer.Plain : layer).ToArray());
        return Without(stack.Steps > 1, stack with { Steps = (stack.Steps + 1) / 2 })
            .Concat(Without(stack.Batch > 1, stack with { Batch = (stack.Batch + 1) / 2 }))
            .Concat(Without(stack.HasLengths, stack with { HasLengths = false }))
            .Concat(Without(stack.TakesIndices && layers[0] is not EmbeddingCase, stack with { TakesIndices = false }))
            .Concat(Without(stack.Shape != limits.Shapes[0] && !Array.Exists(layers, layer => layer.Reduces), Fit(stack with { Shape = limits.Shapes[0] })))
            .Concat(Without(stack.Inputs > 1 && stack.Shape != SequenceShape.OneToMany, stack with { Inputs = (stack.Inputs + 1) / 2 }))
            .Concat(fewer.Concat(flatter).Concat(narrower).Concat(plainer).Select(rest => Fit(stack with { Layers = rest })));
    }

    private static int Size(Random random, StackLimits limits) => 1 + random.Next(limits.Size);

    private static bool Maybe(Random random) => random.Next(2) == 0;

    private static T Any<T>(Random random, T[] values) => values[random.Next(values.Length)];
}
