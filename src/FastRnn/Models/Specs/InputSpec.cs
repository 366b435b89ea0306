using System.Globalization;

namespace FastRnn;

/// <summary>
/// One of several inputs of a network, and the layers that it goes through before all meet: for <see cref="RnnSpec.ForInputs"/>. Immutable;
/// equal when all parts are equal.
/// </summary>
public sealed record InputSpec
{
    private InputSpec(InputKind kind, int size, int maxLength, ReadOnlySpan<LayerSpec> layers)
    {
        Kind = kind;
        Size = size;
        MaxLength = maxLength;
        Layers = LayerSequence.Copy(layers, nameof(layers), nameof(layers));
    }

    /// <summary>What it is.</summary>
    public InputKind Kind { get; }

    /// <summary>The number of values, or the size of the vocabulary.</summary>
    public int Size { get; }

    /// <summary>The most indices of a sequence; 1 for an index, 0 for values.</summary>
    public int MaxLength { get; }

    /// <summary>The layers, from the input up; none for values as they are.</summary>
    public IReadOnlyList<LayerSpec> Layers { get; }

    /// <summary>How many indices it has at a step.</summary>
    public int IndexCount => MaxLength;

    /// <summary>How many values it has at a step.</summary>
    public int ValueCount => Kind == InputKind.Values ? Size : 0;

    /// <summary>What its first layer sees.</summary>
    internal LayerPlace Place => new(Size, TakesIndices: Kind != InputKind.Values, IsReduced: false, ReverseColumn: null);

    /// <summary>What is behind its layers.</summary>
    internal LayerPlace End => Layers.Behind(Place);

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

    /// <summary>The same with other layers.</summary>
    internal InputSpec With(ReadOnlySpan<LayerSpec> layers) => new(Kind, Size, MaxLength, layers);

    /// <summary>Whether all parts are equal.</summary>
    /// <param name="other">Another spec.</param>
    public bool Equals(InputSpec? other)
        => other is not null && (Kind, Size, MaxLength) == (other.Kind, other.Size, other.MaxLength)
            && Layers.SequenceEqual(other.Layers);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Size, MaxLength, Layers.Count);

    /// <summary>Kind, sizes and layers.</summary>
    public override string ToString()
        => string.Create(
            CultureInfo.InvariantCulture,
            $"InputSpec {{ Kind = {Kind}, Size = {Size}, MaxLength = {MaxLength}, Layers = [{string.Join(", ", Layers)}] }}");

    private static ReadOnlySpan<LayerSpec> Some(ReadOnlySpan<LayerSpec> layers, string what)
        => !layers.IsEmpty
            ? layers
            : throw new ArgumentException($"Expected layers that make values of {what}, but got none.", nameof(layers));
}
