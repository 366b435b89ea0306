using System.Globalization;

namespace FastRnn;

/// <summary>
/// One of several inputs of a network, and the layers that it goes through before all meet: made by <see cref="Input"/>, for
/// <see cref="RnnSpec.ForInputs"/>. Immutable; equal when all parts are equal.
/// </summary>
public sealed record InputSpec
{
    internal InputSpec(InputKind kind, int size, int maxLength, ReadOnlySpan<LayerSpec> layers)
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
}
