namespace FastRnn;

/// <summary>y⟨t⟩ = g(x⟨t⟩), each step by itself: an activation as a layer of its own.</summary>
public sealed record ActivationSpec : LayerSpec
{
    internal ActivationSpec(Activation activation) => Activation = activation;

    /// <summary>g.</summary>
    public Activation Activation { get; }

    internal override string Kind => $"Activation {Activation}";

    internal override Activation? HeadActivation => Activation.HasWeights ? null : Activation;

    internal override int Outputs(int inputSize) => inputSize;

    internal override int? ReverseColumnBehind(LayerPlace place) => Activation.IsElementwise ? place.ReverseColumn : null;

    internal override string? Refusal(LayerPlace place) => NeedsValues(place);
}
