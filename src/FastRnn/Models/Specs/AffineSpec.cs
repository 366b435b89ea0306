namespace FastRnn;

/// <summary>
/// y⟨t⟩ = <c>scale</c> ⊙ x⟨t⟩ + <c>shift</c>, a scale and a shift [I] for each feature, trained or fixed: the standardization of inputs
/// (scale 1/σ, shift −μ/σ), the scale of outputs, a batch normalization outside of training. They start as 1 and 0. A NaN or ∞ stays in its
/// feature.
/// </summary>
public sealed record AffineSpec : LayerSpec
{
    internal AffineSpec(bool isTrained) => IsTrained = isTrained;

    /// <summary>Whether training changes scale and shift; otherwise their gradients are zeros.</summary>
    public bool IsTrained { get; }

    internal override string Kind => IsTrained ? "Affine" : "Affine, fixed";

    internal override int Outputs(int inputSize) => inputSize;

    internal override int? ReverseColumnBehind(LayerPlace place) => place.ReverseColumn;

    internal override IReadOnlyList<ParameterShape> Parameters(int inputSize)
        =>
        [
            ParameterShape.Constant("scale", inputSize, 1) with { IsTrained = IsTrained },
            ParameterShape.Constant("shift", inputSize, 0) with { IsTrained = IsTrained },
        ];

    internal override string? Refusal(LayerPlace place) => NeedsValues(place);
}
