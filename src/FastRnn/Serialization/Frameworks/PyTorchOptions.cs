namespace FastRnn.Serialization;

/// <summary>What names and shapes of PyTorch's weights leave open.</summary>
public sealed record PyTorchOptions : WeightOptions
{
    internal override Activation? ActivationOfLast => FastRnn.Activation.Identity;
}
