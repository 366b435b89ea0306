using FastRnn.Cells;
using FastRnn.Kernels;
using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn;

/// <summary>Makes the layers of specs.</summary>
/// <param name="Place">where the layer stands</param>
/// <param name="Position">tells layers of equal seeds apart</param>
/// <param name="Scope">how far back gradients are wanted</param>
internal readonly record struct LayerFactory(LayerPlace Place, int Position, GradientScope Scope)
{
    /// <summary>A product with what comes from the step before, or from an encoder, has a gradient that is always wanted in training.
    /// </summary>
    private GradientScope RecurrentScope => Scope == GradientScope.None ? GradientScope.None : GradientScope.Inputs;

    private int InputSize => Place.InputSize;

    /// <summary>Adds the parameters of a layer, in their order.</summary>
    /// <param name="layout">receives them</param>
    /// <param name="name">what stands before their names</param>
    /// <param name="spec">what the layer is</param>
    /// <param name="inputSize">I</param>
    internal static ParameterSlice[] AddParameters(ParameterLayout layout, string name, LayerSpec spec, int inputSize)
        =>
        [
            .. spec.GetParameters(inputSize).Select(shape => layout.Add(
                $"{name}.{shape.Name}", shape.Rows, shape.Columns, shape.IsVector, shape.IsTrained)),
        ];

    /// <summary>The layer of a spec and, behind it, that of an activation that has weights of its own.</summary>
    /// <param name="spec">what the layer is</param>
    /// <param name="slices">its parameters, in their order</param>
    /// <param name="linear">whether the network itself applies <see cref="LayerSpec.HeadActivation"/></param>
    internal NetworkLayer[] CreateAll(LayerSpec spec, ReadOnlySpan<ParameterSlice> slices, bool linear = false)
    {
        Activation activation = spec switch
        {
            DenseSpec dense => dense.Activation,
            TimeDelaySpec delay => delay.Activation,
            ActivationSpec alone => alone.Activation,
            _ => default,
        };
        return !activation.HasWeights ? [Create(spec, slices, linear)]
            : spec is ActivationSpec ? [new PReluLayer(slices[0], InputSize)]
            : [Create(spec, slices, linear), new PReluLayer(slices[^1], spec.GetOutputSize(InputSize))];
    }

    /// <summary>The layer of a spec without what is trained of its activation.</summary>
    /// <inheritdoc cref="CreateAll"/>
    internal NetworkLayer Create(LayerSpec spec, ReadOnlySpan<ParameterSlice> slices, bool linear = false) => spec switch
    {
        DenseSpec dense => new DenseLayer(Input(slices[0], slices[1]), Rows(linear ? default : dense.Activation)),
        ActivationSpec alone => new ActivationLayer(Rows(linear ? default : alone.Activation), InputSize),
        AffineSpec affine => new AffineLayer(slices[0], slices[1], affine.IsTrained),
        LayerNormalizationSpec normalization => new NormalizationLayer(slices[0], slices[1], normalization.Epsilon, centers: true),
        RmsNormalizationSpec normalization => new NormalizationLayer(slices[0], bias: null, normalization.Epsilon, centers: false),
        EmbeddingSpec => new EmbeddingLayer(slices[0]),
        DropoutSpec dropout => new DropoutLayer(InputSize, dropout.Rate, HashSeed(dropout.Seed)),
        LastStepSpec last => new LastStepLayer(InputSize, last.EachDirection ? Place.ReverseColumn : null),
        PoolingSpec { Function: Pooling.Max } => new MaxPoolingLayer(InputSize),
        PoolingSpec pooling => new SumPoolingLayer(InputSize, isMean: pooling.Function == Pooling.Mean),
        AttentionPoolingSpec => new AttentionPoolingLayer(slices[0]),

        AttentionSpec { Score: AttentionScore.Additive } => new AdditiveAttentionLayer(
            new DenseProjection(slices[0], slices[2], Scope), Recurrent(slices[1]), slices[3]),
        AttentionSpec attention => new ProductAttentionLayer(
            InputSize, attention.MemorySize,
            attention.Score == AttentionScore.Dot ? null : new DenseProjection(slices[0], bias: null, Scope)),

        TimeDelaySpec delay => new TimeDelayLayer(
            Windows(delay, slices), Rows(delay.Activation), delay.Width, delay.Dilation, delay.LookAhead),
        ParallelSpec parallel => Parallel(parallel, slices),
        InputsSpec inputs => Inputs(inputs, slices),
        BidirectionalSpec both => ParallelLayer.Bidirectional(
            Rows(both.Merge), Create(both.Inner, slices[..(slices.Length / 2)]),
            new ReverseLayer(Create(both.Reverse, slices[(slices.Length / 2)..]))),
        ReversedSpec reversed => new ReverseLayer(Create(reversed.Inner, slices)),
        CellSpec cell => Create(cell, slices),
        _ => throw new ArgumentException($"Expected a known kind of layer, but got {spec.Kind}.", nameof(spec)),
    };

    private ParallelLayer Parallel(ParallelSpec spec, ReadOnlySpan<ParameterSlice> slices)
    {
        var stacks = new LayerStack?[spec.Branches.Count];
        for (int i = 0; i < stacks.Length; i++)
        {
            stacks[i] = Stack(spec.Branches[i], i, Place, Scope, ref slices);
        }

        return new ParallelLayer(InputSize, Rows(spec.Merge), stacks);
    }

    private InputsLayer Inputs(InputsSpec spec, ReadOnlySpan<ParameterSlice> slices)
    {
        // Of inputs themselves no gradient is wanted.
        GradientScope scope = Scope == GradientScope.None ? GradientScope.None : GradientScope.Parameters;
        var parts = new (int, int, LayerStack?)[spec.Inputs.Count];
        int index = 0, value = spec.IndexCount;
        for (int i = 0; i < parts.Length; i++)
        {
            InputSpec input = spec.Inputs[i];
            LayerStack? stack = Stack(input.Layers, i, input.Place, scope, ref slices);
            parts[i] = input.Kind switch
            {
                InputKind.Values => (value, input.Size, stack),
                InputKind.Index => (index, 1, stack),
                _ => (index, input.MaxLength, new LayerStack([new StepSequenceLayer(stack!, input.MaxLength)])),
            };
            index += input.IndexCount;
            value += input.ValueCount;
        }

        return new InputsLayer(InputSize, parts);
    }

    /// <summary>The layers of a branch or an input; null where there are none.</summary>
    /// <param name="specs">what they are</param>
    /// <param name="branch">which branch</param>
    /// <param name="start">where the first one stands</param>
    /// <param name="scope">how far back the first one's gradients are wanted</param>
    /// <param name="slices">begin with their parameters, which are taken off</param>
    private LayerStack? Stack(
        IEnumerable<LayerSpec> specs, int branch, LayerPlace start, GradientScope scope, ref ReadOnlySpan<ParameterSlice> slices)
    {
        var layers = new List<NetworkLayer>();
        int ordinal = 0;
        foreach ((LayerSpec layer, LayerPlace place) in specs.At(start))
        {
            int count = layer.Parameters(place.InputSize).Count;

            // Above the first layer the gradients of inputs are those of the outputs below.
            var factory = new LayerFactory(place, PositionIn(branch, ordinal++), layers.Count > 0 ? RecurrentScope : scope);
            layers.AddRange(factory.CreateAll(layer, slices[..count]));
            slices = slices[count..];
        }

        return layers.Count > 0 ? new LayerStack([.. layers]) : null;
    }

    /// <summary>A recurrent layer, with its parameters in the order of its spec.</summary>
    private NetworkLayer Create(CellSpec spec, ReadOnlySpan<ParameterSlice> slices) => spec switch
    {
        ElmanSpec { Activation.Kind: ActivationKind.Tanh, Clip: float.PositiveInfinity }
            => Gated<ElmanCell<StandardFunctions<TanhActivation>>>(default, slices),
        ElmanSpec { Activation.Kind: ActivationKind.Relu, Clip: float.PositiveInfinity }
            => Gated<ElmanCell<StandardFunctions<ReluActivation>>>(default, slices),
        ElmanSpec elman => Gated(
            new ElmanCell<ChosenFunctions>(Chosen(elman.Activation, elman.Activation, elman.Activation, elman.Clip)), slices),
        LstmSpec { IsStandard: true } lstm => Lstm<StandardFunctions<TanhActivation>>(lstm, default, slices),
        LstmSpec lstm => Lstm(
            lstm,
            Chosen(lstm.GateActivation, lstm.CandidateActivation, lstm.OutputActivation, lstm.Clip, lstm.CoupledGates),
            slices),
        GruSpec { ResetAfter: true, IsStandard: true } => Gated<GruCell<StandardFunctions<TanhActivation>>>(default, slices),
        GruSpec { ResetAfter: true } gru => Gated(
            new GruCell<ChosenFunctions>(Chosen(gru.GateActivation, gru.CandidateActivation, gru.CandidateActivation, gru.Clip)), slices),
        GruSpec gru => new TwoProductLayer(
            new ResetBeforeGruCell(
                ActivationKernels.Elements(gru.GateActivation, gru.Clip), ActivationKernels.Elements(gru.CandidateActivation, gru.Clip),
                gru.HiddenSize),
            Input(slices[0], slices[4]), Recurrent(slices[2]), Input(slices[1], slices[5]), Recurrent(slices[3])),
        JordanSpec jordan => new TwoProductLayer(
            new JordanCell(
                ActivationKernels.Rows(jordan.Activation), ActivationKernels.Rows(jordan.OutputActivation), jordan.HiddenSize,
                jordan.OutputSize),
            Input(slices[0], slices[2]), Recurrent(slices[1]), secondInput: null, Recurrent(slices[3], slices[4])),
        CustomCellSpec custom => custom.Create(
            Input(slices[0], slices[2]), Recurrent(slices[1]), UnitWeights(slices), Scope),
        _ => throw new ArgumentException($"Expected a known kind of cell, but got {spec.Kind}.", nameof(spec)),
    };

    private CellLayer<TCell> Gated<TCell>(TCell cell, ReadOnlySpan<ParameterSlice> slices)
        where TCell : struct, ICell<TCell>
        => new(cell, Input(slices[0], slices[2]), Recurrent(slices[1]), UnitWeights(slices), Scope);

    private NetworkLayer Lstm<TFunctions>(LstmSpec lstm, TFunctions functions, ReadOnlySpan<ParameterSlice> slices)
        where TFunctions : struct, IGateFunctions
        => lstm.Peepholes
            ? Gated(new LstmCell<TFunctions, True>(functions), slices)
            : Gated(new LstmCell<TFunctions, False>(functions), slices);

    private static ParameterSlice UnitWeights(ReadOnlySpan<ParameterSlice> slices) => slices.Length > 3 ? slices[3] : default;

    /// <summary>The gradient of a window is that of the state too.</summary>
    private WindowProduct Windows(TimeDelaySpec delay, ReadOnlySpan<ParameterSlice> slices)
    {
        ParameterSlice? bias = delay.HasBias ? slices[1] : null;
        return delay.Groups > 1 && delay.Groups == InputSize
            ? new DepthwiseWindowProduct(slices[0], bias, InputSize)
            : new GroupedWindowProduct(slices[0], bias, delay.Groups, delay.Width, RecurrentScope);
    }

    /// <summary>A product with the layer's inputs.</summary>
    private Projection Input(ParameterSlice weights, ParameterSlice bias)
        => Place.TakesIndices ? new IndexProjection(weights, bias) : new DenseProjection(weights, bias, Scope);

    private DenseProjection Recurrent(ParameterSlice weights, ParameterSlice? bias = null) => new(weights, bias, RecurrentScope);

    /// <summary>The activation within a layer: one with weights of its own is a layer behind it.</summary>
    private static RowActivation Rows(Activation activation)
        => ActivationKernels.Rows(activation.HasWeights ? Activation.Identity : activation);

    private static ChosenFunctions Chosen(
        Activation gate, Activation candidate, Activation output, float clip, bool isCoupled = false)
        => new(
            ActivationKernels.Elements(gate, clip), ActivationKernels.Elements(candidate, clip), ActivationKernels.Elements(output),
            isCoupled);

    private static RowMerge Rows(Merge merge) => merge switch
    {
        Merge.Concatenate => RowMerge.Concatenation,
        Merge.Sum => RowMerge.Sum,
        Merge.Average => RowMerge.Mean,
        _ => RowMerge.Product,
    };

    /// <summary>The position of a layer of a branch: a hash of the way to it, so that it is no other layer's.</summary>
    private int PositionIn(int branch, int ordinal)
    {
        uint hash = 0x85EBCA6B;
        foreach (int part in (ReadOnlySpan<int>)[Position, branch, ordinal])
        {
            hash = unchecked((hash ^ (uint)part) * 0x9E3779B1);
            hash ^= hash >> 15;
        }

        return unchecked((int)hash);
    }

    /// <summary>Layers of the same seed drop different values.</summary>
    private int HashSeed(int seed) => unchecked(seed * 397 + Position);
}
