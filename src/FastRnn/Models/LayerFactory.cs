using FastRnn.Cells;
using FastRnn.Kernels;
using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn;

/// <summary>Makes the layers of specs.</summary>
/// <param name="InputSize">I, the size of the vocabulary for indices</param>
/// <param name="TakesIndices">whether inputs are indices that stand for one-hot vectors</param>
/// <param name="Position">the place of the layer in the network</param>
/// <param name="Layout">where parameters are added</param>
/// <param name="Scope">how far back gradients are wanted</param>
internal readonly record struct LayerFactory(
    int InputSize, bool TakesIndices, int Position, ParameterLayout Layout, GradientScope Scope)
{
    /// <summary>A product with what comes from the step before has a gradient that is always wanted in training.</summary>
    private GradientScope RecurrentScope => Scope == GradientScope.None ? GradientScope.None : GradientScope.Inputs;

    /// <summary>The layer of a spec that needs no other one behind it.</summary>
    /// <inheritdoc cref="CreateAll"/>
    internal NetworkLayer Create(LayerSpec spec, bool linear)
        => CreateAll(spec, linear) is [var layer]
            ? layer
            : throw new NotSupportedException($"Expected an activation without weights of its own, but {spec.Kind} has one with them.");

    /// <summary>The layer of a spec and, behind it, that of an activation that has weights of its own.</summary>
    /// <param name="spec">what the layer is</param>
    /// <param name="linear">whether the network itself applies <see cref="LayerSpec.HeadActivation"/></param>
    internal NetworkLayer[] CreateAll(LayerSpec spec, bool linear)
    {
        LayerFactory place = this;
        ParameterSlice[] slices =
        [
            .. spec.GetParameters(InputSize).Select(shape => place.Layout.Add(
                $"layers.{place.Position}.{shape.Name}", shape.Rows, shape.Columns, shape.Bound, shape.IsVector, shape.Start)),
        ];
        NetworkLayer layer = spec switch
        {
            DenseSpec dense => new DenseLayer(Input(slices[0], slices[1]), Rows(linear ? Activation.Identity : dense.Activation)),
            EmbeddingSpec => new EmbeddingLayer(slices[0]),
            DropoutSpec dropout => new DropoutLayer(InputSize, dropout.Rate, HashSeed(dropout.Seed)),

            // The gradient of the window is that of the state too.
            TimeDelaySpec delay => new TimeDelayLayer(
                Recurrent(slices[0], slices[1]), Rows(delay.Activation), delay.Width, delay.Dilation),
            BidirectionalSpec both => new BidirectionalLayer(
                Create(both.Inner, slices.AsSpan(0, slices.Length / 2)),
                new ReverseLayer(Create(both.Inner, slices.AsSpan(slices.Length / 2)))),
            ReversedSpec reversed => new ReverseLayer(Create(reversed.Inner, slices)),
            CellSpec cell => Create(cell, slices),
            _ => throw new ArgumentException($"Expected a known kind of layer, but got {spec.Kind}.", nameof(spec)),
        };
        return spec is DenseSpec { Activation.HasWeights: true } or TimeDelaySpec { Activation.HasWeights: true }
            ? [layer, new PReluLayer(slices[^1], spec.GetOutputSize(InputSize))]
            : [layer];
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

    /// <summary>A product with the layer's inputs.</summary>
    private Projection Input(ParameterSlice weights, ParameterSlice bias)
        => TakesIndices ? new IndexProjection(weights, bias) : new DenseProjection(weights, bias, Scope);

    private DenseProjection Recurrent(ParameterSlice weights, ParameterSlice? bias = null) => new(weights, bias, RecurrentScope);

    /// <summary>The activation within a layer: one with weights of its own is a layer behind it.</summary>
    private static RowActivation Rows(Activation activation)
        => ActivationKernels.Rows(activation.HasWeights ? Activation.Identity : activation);

    private static ChosenFunctions Chosen(
        Activation gate, Activation candidate, Activation output, float clip, bool isCoupled = false)
        => new(
            ActivationKernels.Elements(gate, clip), ActivationKernels.Elements(candidate, clip), ActivationKernels.Elements(output),
            isCoupled);

    /// <summary>Layers of the same seed drop different values.</summary>
    private int HashSeed(int seed) => unchecked(seed * 397 + Position);
}
