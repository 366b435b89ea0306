using System.Globalization;

namespace FastRnn.Cli.Files;

/// <summary>A layer in the words of files.</summary>
/// <param name="Kind">such as <c>lstm</c> or <c>bidirectional gru</c></param>
/// <param name="Options">such as <c>hidden size 8, peepholes false</c></param>
internal readonly record struct LayerDescription(string Kind, string Options)
{
    internal static LayerDescription Of(LayerSpec layer) => layer switch
    {
        BidirectionalSpec both => Of(both.Inner) is var cell
            ? new(
                $"bidirectional {cell.Kind}",
                cell.Options + (both.Merge == Merge.Concatenate ? "" : $", merge {Name(both.Merge)}")
                + (both.Reverse == both.Inner ? "" : $", reverse ({Of(both.Reverse).Options})"))
            : default,
        ReversedSpec reversed => Of(reversed.Inner) is var cell ? cell with { Kind = $"reversed {cell.Kind}" } : default,
        ElmanSpec elman => new("elman", $"{Size(elman)}, activation {Name(elman.Activation)}{Clip(elman.Clip)}"),
        JordanSpec jordan => new(
            "jordan",
            $"{Size(jordan)}, output size {jordan.OutputSize}, activation {Name(jordan.Activation)}, "
            + $"output activation {Name(jordan.OutputActivation)}"),
        LstmSpec lstm => new(
            "lstm",
            $"{Size(lstm)}, peepholes {Word(lstm.Peepholes)}{Gates(lstm.GateActivation, lstm.CandidateActivation)}"
            + (lstm.OutputActivation == Activation.Tanh ? "" : $", output activation {Name(lstm.OutputActivation)}")
            + Clip(lstm.Clip) + (lstm.CoupledGates ? ", coupled gates true" : "")),
        GruSpec gru => new(
            "gru",
            $"{Size(gru)}, reset after {Word(gru.ResetAfter)}{Gates(gru.GateActivation, gru.CandidateActivation)}{Clip(gru.Clip)}"),
        CustomCellSpec custom => new(
            "custom",
            $"{Size(custom)}, name {custom.Name}, gates {custom.Gates}, states {custom.States}, unit weights {custom.UnitWeights}"),
        DenseSpec dense => new("dense", $"output size {dense.OutputSize}, activation {Name(dense.Activation)}"),
        TimeDelaySpec delay => new(
            "time delay",
            $"output size {delay.OutputSize}, width {delay.Width}, dilation {delay.Dilation}, activation {Name(delay.Activation)}"
            + (delay.LookAhead == 0 ? "" : $", look ahead {delay.LookAhead}") + (delay.Groups == 1 ? "" : $", groups {delay.Groups}")
            + (delay.HasBias ? "" : ", bias false")),
        EmbeddingSpec embedding => new("embedding", $"size {embedding.Size}"),
        DropoutSpec dropout => new("dropout", string.Create(CultureInfo.InvariantCulture, $"rate {dropout.Rate}, seed {dropout.Seed}")),
        ActivationSpec activation => new("activation", Name(activation.Activation)),
        AffineSpec affine => new("affine", affine.IsTrained ? "" : "trained false"),
        LayerNormalizationSpec normal => new("layer normalization", Epsilon(normal)),
        RmsNormalizationSpec normal => new("rms normalization", Epsilon(normal)),
        LastStepSpec last => new("last step", last.EachDirection ? "" : "each direction false"),
        PoolingSpec pooling => new($"{Name(pooling.Function)} pooling", ""),
        AttentionPoolingSpec => new("attention pooling", ""),
        AttentionSpec attention => new(
            "attention",
            $"memory size {attention.MemorySize}, score {Name(attention.Score)}"
            + (attention.Score == AttentionScore.Additive ? $", hidden size {attention.HiddenSize}" : "")),
        ParallelSpec parallel => new("parallel", $"merge {Name(parallel.Merge)}: {string.Join(" | ", parallel.Branches.Select(Branch))}"),
        _ => new(layer.GetType().Name, ""),
    };

    private static string Size(CellSpec cell) => $"hidden size {cell.HiddenSize}";

    private static string Name(Activation activation) => ActivationNames.Of(activation);

    private static string Name<T>(T value)
        where T : struct, Enum
        => value.ToString().ToLowerInvariant();

    private static string Epsilon(NormalizationSpec normal) => string.Create(CultureInfo.InvariantCulture, $"epsilon {normal.Epsilon}");

    /// <summary>The layers of a branch, on one line.</summary>
    private static string Branch(IReadOnlyList<LayerSpec> layers)
        => layers.Count == 0 ? "identity" : string.Join(" > ", layers.Select(layer => Of(layer) is var described && described.Options == ""
            ? described.Kind
            : $"{described.Kind} ({described.Options})"));

    private static string Word(bool value) => value ? "true" : "false";

    private static string Clip(float clip)
        => float.IsPositiveInfinity(clip) ? "" : string.Create(CultureInfo.InvariantCulture, $", clip {clip}");

    private static string Gates(Activation gate, Activation candidate)
        => (gate == Activation.Sigmoid ? "" : $", gate activation {Name(gate)}")
            + (candidate == Activation.Tanh ? "" : $", candidate activation {Name(candidate)}");
}
