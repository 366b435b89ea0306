namespace FastRnn.Serialization;

/// <summary>The members of a layer in JSON: <c>kind</c>, and the options of that kind. Options that have come later are written where they
/// differ from what the layer is without them.</summary>
internal sealed class LayerJson
{
    private const string CustomKind = "custom";

    private static readonly JsonNames<Merge> Merges = new(
        ("concatenate", Merge.Concatenate), ("sum", Merge.Sum), ("average", Merge.Average), ("multiply", Merge.Multiply));

    private static readonly JsonNames<Pooling> Poolings = new(("mean", Pooling.Mean), ("max", Pooling.Max), ("sum", Pooling.Sum));

    private static readonly JsonNames<InputKind> InputKinds = new(
        ("values", InputKind.Values), ("index", InputKind.Index), ("sequence", InputKind.Sequence));

    private static readonly JsonNames<AttentionScore> Scores = new(
        ("dot", AttentionScore.Dot), ("general", AttentionScore.General), ("additive", AttentionScore.Additive));

    /// <summary>The kinds, each with a layer of any size.</summary>
    private static readonly (string Name, LayerSpec Example)[] Kinds =
    [
        ("elman", Cell.Elman(1)), ("jordan", Cell.Jordan(1, 1)), ("lstm", Cell.Lstm(1)), ("gru", Cell.Gru(1)),
        ("bidirectional", Cell.Bidirectional(Cell.Elman(1))), ("reversed", Cell.Reversed(Cell.Elman(1))),
        ("dense", Layer.Dense(1)), ("timeDelay", Layer.TimeDelay(1, 1)), ("embedding", Layer.Embedding(1)), ("dropout", Layer.Dropout(0)),
        ("parallel", Layer.Parallel(Merge.Sum, [], [])), ("activation", Layer.Activation(Activation.Tanh)), ("affine", Layer.Affine()),
        ("layerNormalization", Layer.LayerNormalization()), ("rmsNormalization", Layer.RmsNormalization()), ("lastStep", Layer.LastStep()),
        ("pooling", Layer.MeanPooling()), ("attentionPooling", Layer.AttentionPooling()), ("attention", Layer.Attention(1)),
        ("inputs", new InputsSpec([InputSpec.Values(1)])),
    ];

    private readonly int _largestCount;
    private int _count;

    /// <param name="largestCount">the layers that may be read, those in branches too</param>
    internal LayerJson(int largestCount) => _largestCount = largestCount;

    /// <summary>The member <c>layers</c>.</summary>
    internal LayerSpec[] Layers(JsonMembers json, IEnumerable<LayerSpec> layers)
        => json.Objects<LayerSpec>("layers", layers, _largestCount, Exchange);

    /// <summary>Writes a layer, or reads one where it is null.</summary>
    private TLayer Exchange<TLayer>(JsonMembers json, TLayer? layer)
        where TLayer : LayerSpec
    {
        if (++_count > _largestCount)
        {
            throw json.Fault($"expected at most {_largestCount} layers, but there are more");
        }

        string kind = json.Text("kind", layer is null ? string.Empty : KindOf(layer));
        layer ??= Array.Find(Kinds, known => known.Name == kind).Example as TLayer ?? throw json.Fault(
            kind == CustomKind
                ? $"expected cells of the library, but '{json.Text("name")}' is one of the caller's own: give the spec when loading"
                : $"expected a kind that this version knows, but it is '{kind}'");
        return (TLayer)Options(json, layer);
    }

    private static string KindOf(LayerSpec layer)
        => layer is CustomCellSpec ? CustomKind
            : Array.Find(Kinds, known => known.Example.GetType() == layer.GetType()).Name
            ?? throw new ArgumentException($"Expected a layer that files can describe, but got {layer.Kind}.", nameof(layer));

    /// <summary>The layer of the options: of those that it has, or of those that are read.</summary>
    private LayerSpec Options(JsonMembers json, LayerSpec layer) => layer switch
    {
        ElmanSpec elman => Cell.Elman(HiddenSize(json, elman), Choice(json, "activation", elman.Activation)) with
        {
            Clip = Clip(json, elman.Clip),
        },
        JordanSpec jordan => Cell.Jordan(
            HiddenSize(json, jordan), json.Int("outputSize", jordan.OutputSize), Choice(json, "activation", jordan.Activation),
            Choice(json, "outputActivation", jordan.OutputActivation)),
        LstmSpec lstm => Cell.Lstm(HiddenSize(json, lstm), json.Bool("peepholes", lstm.Peepholes)) with
        {
            GateActivation = Choice(json, "gateActivation", lstm.GateActivation, Activation.Sigmoid),
            CandidateActivation = Choice(json, "candidateActivation", lstm.CandidateActivation, Activation.Tanh),
            OutputActivation = Choice(json, "outputActivation", lstm.OutputActivation, Activation.Tanh),
            Clip = Clip(json, lstm.Clip),
            CoupledGates = json.Has("coupledGates", lstm.CoupledGates) && json.Bool("coupledGates", lstm.CoupledGates),
        },
        GruSpec gru => Cell.Gru(HiddenSize(json, gru), json.Bool("resetAfter", gru.ResetAfter)) with
        {
            GateActivation = Choice(json, "gateActivation", gru.GateActivation, Activation.Sigmoid),
            CandidateActivation = Choice(json, "candidateActivation", gru.CandidateActivation, Activation.Tanh),
            Clip = Clip(json, gru.Clip),
        },
        CustomCellSpec custom => Custom(json, custom),
        BidirectionalSpec both => Bidirectional(json, both),
        ReversedSpec reversed => Cell.Reversed(json.Object("cell", reversed.Inner, Exchange)),
        DenseSpec dense => Layer.Dense(json.Int("outputSize", dense.OutputSize), Choice(json, "activation", dense.Activation)),
        TimeDelaySpec delay => Layer.TimeDelay(
            json.Int("outputSize", delay.OutputSize), json.Int("width", delay.Width), json.Int("dilation", delay.Dilation),
            Choice(json, "activation", delay.Activation)) with
        {
            LookAhead = json.Has("lookAhead", delay.LookAhead != 0) ? json.Int("lookAhead", delay.LookAhead) : 0,
            Groups = json.Has("groups", delay.Groups != 1) ? json.Int("groups", delay.Groups) : 1,
            HasBias = !json.Has("bias", !delay.HasBias) || json.Bool("bias", delay.HasBias),
        },
        EmbeddingSpec embedding => Layer.Embedding(json.Int("size", embedding.Size)),
        DropoutSpec dropout => Layer.Dropout(json.Float("rate", dropout.Rate), json.Int("seed", dropout.Seed)),
        ParallelSpec parallel => Layer.Parallel(
            json.Choice("merge", Merges, parallel.Merge),
            [.. json.Objects("branches", parallel.Branches, _largestCount, Branch).Select(branch => branch.ToArray())]),
        InputsSpec inputs => new InputsSpec(json.Objects("inputs", inputs.Inputs, _largestCount, OneInput)),
        ActivationSpec alone => Layer.Activation(Choice(json, "activation", alone.Activation)),
        AffineSpec affine => Layer.Affine(json.Bool("trained", affine.IsTrained)),
        LayerNormalizationSpec normalization => Layer.LayerNormalization(json.Float("epsilon", normalization.Epsilon)),
        RmsNormalizationSpec normalization => Layer.RmsNormalization(json.Float("epsilon", normalization.Epsilon)),
        LastStepSpec last => Layer.LastStep() with { EachDirection = json.Bool("eachDirection", last.EachDirection) },
        PoolingSpec pooling => new PoolingSpec(json.Choice("function", Poolings, pooling.Function)),
        AttentionPoolingSpec => Layer.AttentionPooling(),
        AttentionSpec attention => Layer.Attention(
            json.Int("memorySize", attention.MemorySize), json.Choice("score", Scores, attention.Score),
            json.Int("hiddenSize", attention.HiddenSize)),
        _ => throw new ArgumentException($"Expected a layer that files can describe, but got {layer.Kind}.", nameof(layer)),
    };

    private IReadOnlyList<LayerSpec> Branch(JsonMembers json, IReadOnlyList<LayerSpec>? branch) => Layers(json, branch ?? []);

    private InputSpec OneInput(JsonMembers json, InputSpec? input)
    {
        InputKind kind = json.Choice("kind", InputKinds, input?.Kind ?? InputKind.Values);
        int size = json.Int("size", input?.Size ?? 0);
        int length = json.Has("maxLength", kind == InputKind.Sequence) ? json.Int("maxLength", input?.MaxLength ?? 0) : 0;
        LayerSpec[] layers = Layers(json, input?.Layers ?? []);
        return kind switch
        {
            InputKind.Values => InputSpec.Values(size, layers),
            InputKind.Index => InputSpec.Index(size, layers),
            _ => InputSpec.Sequence(size, length, layers),
        };
    }

    private BidirectionalSpec Bidirectional(JsonMembers json, BidirectionalSpec both)
    {
        CellSpec cell = json.Object("cell", both.Inner, Exchange);
        Merge merge = json.Has("merge", both.Merge != Merge.Concatenate) ? json.Choice("merge", Merges, both.Merge) : Merge.Concatenate;
        BidirectionalSpec layer = Cell.Bidirectional(cell, merge);
        return json.Has("reverse", both.Reverse != both.Inner)
            ? layer with { Reverse = json.Object("reverse", both.Reverse, Exchange) }
            : layer;
    }

    /// <summary>Only the caller has the arithmetic; the members tell which it is.</summary>
    private static CustomCellSpec Custom(JsonMembers json, CustomCellSpec custom)
    {
        HiddenSize(json, custom);
        json.Text("name", custom.Name);
        json.Int("gates", custom.Gates);
        json.Int("states", custom.States);
        json.Int("coefficients", custom.UnitWeights);
        return custom;
    }

    private static int HiddenSize(JsonMembers json, CellSpec cell) => json.Int("hiddenSize", cell.HiddenSize);

    private static Activation Choice(JsonMembers json, string name, Activation activation)
        => ActivationJson.Exchange(json, name, activation);

    private static Activation Choice(JsonMembers json, string name, Activation activation, Activation usual)
        => json.Has(name, activation != usual) ? Choice(json, name, activation) : usual;

    private static float Clip(JsonMembers json, float clip)
        => json.Has("clip", !float.IsPositiveInfinity(clip)) ? json.Float("clip", clip) : float.PositiveInfinity;
}
