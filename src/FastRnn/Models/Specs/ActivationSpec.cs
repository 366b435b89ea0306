namespace FastRnn;

/// <summary>y⟨t⟩ = g(x⟨t⟩), each step by itself: an activation as a layer of its own.</summary>
public sealed record ActivationSpec : LayerSpec
{
    internal ActivationSpec(Activation activation) => Activation = activation.Known(nameof(activation));

    /// <summary>g.</summary>
    public Activation Activation { get; }

    internal override string Kind => $"Activation {Activation}";

    internal override Activation? HeadActivation => Activation;

    internal override int Outputs(int inputSize) => inputSize;

    internal override int? ReverseColumnBehind(LayerPlace place) => Activation == Activation.Softmax ? null : place.ReverseColumn;

    internal override string? Refusal(LayerPlace place) => NeedsValues(place);
}
