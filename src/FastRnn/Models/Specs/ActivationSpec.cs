namespace FastRnn;

/// <summary>y⟨t⟩ = g(x⟨t⟩), each step by itself: an activation as a layer of its own, with <c>slopes</c> [1] or [I] where g is
/// <see cref="Activation.PRelu"/>.</summary>
public sealed record ActivationSpec : LayerSpec
{
    internal ActivationSpec(Activation activation) => Activation = activation;

    /// <summary>g.</summary>
    public Activation Activation { get; }

    internal override string Kind => $"Activation {Activation}";

    internal override Activation? HeadActivation => Activation.HasWeights ? null : Activation;

    internal override int Outputs(int inputSize) => inputSize;

    internal override IReadOnlyList<ParameterShape> Parameters(int inputSize) => WeightsOf(Activation, inputSize);

    internal override int? ReverseColumnBehind(LayerPlace place) => Activation.IsElementwise ? place.ReverseColumn : null;

    internal override string? Refusal(LayerPlace place) => NeedsValues(place);
}
