namespace FastRnn.Layers;

/// <summary>What attention of a decoder looks at: the outputs m⟨s⟩ [M] of an encoder, source by source.</summary>
/// <param name="values">m [sources, Tx, M]</param>
/// <param name="size">how many rows there are</param>
internal readonly ref struct AttentionMemory(ReadOnlySpan<float> values, MemorySize size)
{
    private readonly ReadOnlySpan<float> _values = values;

    /// <summary>m [sources, Tx, M]; what is behind a source's end is not used, but is computed with.</summary>
    internal ReadOnlySpan<float> Values => _values;

    internal MemorySize Size { get; } = size;

    /// <summary>M</summary>
    internal int Width => _values.Length / Math.Max(1, Size.Rows);

    /// <summary>[sources], the steps of each; empty where all have Tx.</summary>
    internal ReadOnlySpan<int> Lengths { get; init; }

    /// <summary>[N], the source of each sequence; empty where they stand in the same order, or all have one.</summary>
    internal ReadOnlySpan<int> Places { get; init; }

    /// <summary>Receives the weights of the last layer of attention, [R, Tx], with zeros behind a source's end; empty when not wanted.
    /// </summary>
    internal Span<float> Weights { get; init; }

    /// <summary>∂L/∂m [sources, Tx, M], which a backward pass adds to.</summary>
    internal Span<float> Gradient { get; init; }

    /// <summary>The source of a sequence.</summary>
    internal int SourceOf(int sequence) => Size.Sources == 1 ? 0 : Places.IsEmpty ? sequence : Places[sequence];

    /// <summary>How many steps a source has.</summary>
    internal int LengthOf(int source) => Lengths.IsEmpty ? Size.Steps : Lengths[source];

    /// <summary>The part of a buffer [sources, Tx, width] that belongs to a source, up to its end.</summary>
    internal ReadOnlySpan<T> RowsOf<T>(ReadOnlySpan<T> buffer, int source, int width)
        => buffer.Slice(source * Size.Steps * width, LengthOf(source) * width);

    /// <inheritdoc cref="RowsOf{T}(ReadOnlySpan{T}, int, int)"/>
    internal Span<T> RowsOf<T>(Span<T> buffer, int source, int width)
        => buffer.Slice(source * Size.Steps * width, LengthOf(source) * width);
}
