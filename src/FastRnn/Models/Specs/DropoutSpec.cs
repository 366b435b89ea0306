namespace FastRnn;

/// <summary>
/// In training, each value is dropped with a probability p and the others are scaled by 1 / (1 − p); outside of training the layer
/// does nothing.
/// </summary>
/// <remarks>Source: N. Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting, JMLR 15 (2014).
/// </remarks>
public sealed record DropoutSpec : LayerSpec
{
    internal DropoutSpec(float rate, int seed)
    {
        Rate = rate is >= 0 and < 1
            ? rate
            : throw new ArgumentOutOfRangeException(nameof(rate), rate, "Expected a probability of at least 0 and below 1.");
        Seed = seed;
    }

    /// <summary>p.</summary>
    public float Rate { get; }

    /// <summary>The same seed drops the same values.</summary>
    public int Seed { get; }

    internal override string Kind => "Dropout";

    internal override int Outputs(int inputSize) => inputSize;

    internal override int? ReverseColumnBehind(LayerPlace place) => place.ReverseColumn;

    internal override string? Refusal(LayerPlace place) => NeedsValues(place);
}
