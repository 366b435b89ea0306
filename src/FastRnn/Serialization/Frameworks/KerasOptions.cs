namespace FastRnn.Serialization;

/// <summary>What names and shapes of Keras' weights leave open.</summary>
public sealed record KerasOptions : WeightOptions
{
    /// <summary>
    /// Whether a GRU without biases resets after the recurrent product, as Keras' own default is, or before it; the biases of others tell.
    /// </summary>
    public bool? ResetAfter { get; init; }

    internal override Activation? ActivationOfLast => null;
}
