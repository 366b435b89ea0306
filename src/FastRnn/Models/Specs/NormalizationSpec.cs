namespace FastRnn;

/// <summary>What a normalization over the features of a step is. Made by <see cref="Layer"/>.</summary>
public abstract record NormalizationSpec : LayerSpec
{
    private protected NormalizationSpec(float epsilon)
        => Epsilon = epsilon > 0 && float.IsFinite(epsilon)
            ? epsilon
            : throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "Expected a number above 0.");

    /// <summary>ε, which keeps the denominator from 0.</summary>
    public float Epsilon { get; }

    internal sealed override int Outputs(int inputSize) => inputSize;

    internal sealed override bool MixesBehind(LayerPlace place) => place.IsMixed || place.ReverseColumn is not null;

    internal sealed override string? Refusal(LayerPlace place) => NeedsValues(place);
}

/// <summary>
/// y⟨t⟩ = <c>gain</c> ⊙ (x⟨t⟩ − μ) / √(σ² + ε) + <c>bias</c> with the mean μ and the variance σ² (1/I) of the features of x⟨t⟩; gain and
/// bias [I] start as 1 and 0.
/// </summary>
/// <remarks>A NaN or ∞ among the features of a step makes all of that step NaN.
/// Source: J. L. Ba, J. R. Kiros and G. E. Hinton, Layer normalization, arXiv 1607.06450 (2016).</remarks>
public sealed record LayerNormalizationSpec : NormalizationSpec
{
    internal LayerNormalizationSpec(float epsilon)
        : base(epsilon)
    {
    }

    internal override string Kind => "LayerNormalization";

    internal override IReadOnlyList<ParameterShape> Parameters(int inputSize)
        => [ParameterShape.Constant("gain", inputSize, 1), ParameterShape.Constant("bias", inputSize, 0)];
}

/// <summary>y⟨t⟩ = <c>gain</c> ⊙ x⟨t⟩ / √(mean of x² + ε) over the features of a step; the gain [I] starts as 1.</summary>
/// <remarks>A NaN among the features of a step makes all of that step NaN; ∞ makes that feature NaN and the others 0.
/// Source: B. Zhang and R. Sennrich, Root mean square layer normalization, NeurIPS 2019.</remarks>
public sealed record RmsNormalizationSpec : NormalizationSpec
{
    internal RmsNormalizationSpec(float epsilon)
        : base(epsilon)
    {
    }

    internal override string Kind => "RmsNormalization";

    internal override IReadOnlyList<ParameterShape> Parameters(int inputSize) => [ParameterShape.Constant("gain", inputSize, 1)];
}
