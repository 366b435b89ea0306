namespace FastRnn;

/// <summary>Makes the inputs of a network that has several, for <see cref="RnnSpec.ForInputs"/>.</summary>
public static class Input
{
    /// <summary>Values.</summary>
    /// <param name="size">How many at a step, at least 1.</param>
    /// <param name="layers">What they go through, each with an output for each step; none for values as they are.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    /// <exception cref="ArgumentException">A layer is null.</exception>
    public static InputSpec Values(int size, params ReadOnlySpan<LayerSpec> layers)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        return new InputSpec(InputKind.Values, size, 0, layers);
    }

    /// <summary>An index, such as that of a word.</summary>
    /// <param name="vocabularySize">How many indices there are, at least 1.</param>
    /// <param name="layers">What it goes through, each with an output for each step: an embedding first, or a layer that sees one-hot
    /// vectors.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size of the vocabulary is below 1.</exception>
    /// <exception cref="ArgumentException">There is no layer, or one is null.</exception>
    public static InputSpec Index(int vocabularySize, params ReadOnlySpan<LayerSpec> layers)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vocabularySize);
        return new InputSpec(InputKind.Index, vocabularySize, 1, Some(layers, "an index"));
    }

    /// <summary>
    /// A short sequence of indices within each step, such as the characters of a word. Its layers run over these, for each step by itself
    /// and from a state of zeros, and make one row of them: a small network of its own within the network, such as
    /// <c>Layer.Embedding(16), Cell.Bidirectional(Cell.Gru(16)), Layer.LastStep()</c>. Indices behind the last one are −1; without any the
    /// row is zeros.
    /// </summary>
    /// <param name="vocabularySize">How many indices there are, at least 1.</param>
    /// <param name="maxLength">The most indices of a step, at least 1.</param>
    /// <param name="layers">What they go through, the last ones making one row of all.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size of the vocabulary or the length is below 1.</exception>
    /// <exception cref="ArgumentException">There is no layer, or one is null.</exception>
    public static InputSpec Sequence(int vocabularySize, int maxLength, params ReadOnlySpan<LayerSpec> layers)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vocabularySize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxLength);
        return new InputSpec(InputKind.Sequence, vocabularySize, maxLength, Some(layers, "a sequence of indices"));
    }

    private static ReadOnlySpan<LayerSpec> Some(ReadOnlySpan<LayerSpec> layers, string what)
        => !layers.IsEmpty
            ? layers
            : throw new ArgumentException($"Expected layers that make values of {what}, but got none.", nameof(layers));
}
