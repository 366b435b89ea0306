namespace FastRnn.Training;

/// <summary>What was seen of a layer.</summary>
public sealed record LayerDiagnosis
{
    /// <summary>The number in <see cref="RnnSpec.Layers"/>.</summary>
    public required int Layer { get; init; }

    /// <summary>Such as <c>layers[0] (Elman)</c>.</summary>
    public required string Name { get; init; }

    /// <summary>How the gradient of the loss at a sequence's last step dies out or grows on its way back; empty for a layer without a
    /// state, and where the network sees later steps.</summary>
    public required IReadOnlyList<LagNorm> GradientByLag { get; init; }

    /// <summary>The share of outputs that are at the flat ends of the activation: beyond ±0.99 of tanh, below 0.01 or above 0.99 of a
    /// sigmoid. Null for other layers. Of a gated layer its outputs are looked at, not its gates.</summary>
    public required double? SaturatedShare { get; init; }

    /// <summary>The share of units whose output was 0 at every step of every sequence; null for a layer without ReLU.</summary>
    public required double? DeadShare { get; init; }
}
