namespace FastRnn.Serialization;

/// <summary>What names and shapes of Keras' weights leave open.</summary>
public sealed record KerasOptions : WeightOptions
{
    /// <summary>
    /// Whether a GRU without biases resets after the recurrent product, as Keras' own default is, or before it; the biases of others tell.
    /// </summary>
    public bool? ResetAfter { get; init; }

    /// <summary>
    /// Whether layers named forward_X and backward_X beside each other are the two directions of one bidirectional layer, or two layers.
    /// Null where there are none; within a part of the path that begins with bidirectional they are directions anyway. Two layers whose
    /// outputs are put together by hand are neither: with <c>go_backwards</c> Keras leaves those of the second in reversed order.
    /// </summary>
    public bool? Bidirectional { get; init; }

    internal override Activation? ActivationOfLast => null;

    internal override string? ValuesOf(string property)
        => property is nameof(ResetAfter) or nameof(Bidirectional) ? "true or false" : base.ValuesOf(property);
}
