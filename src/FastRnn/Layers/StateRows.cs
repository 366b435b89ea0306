namespace FastRnn.Layers;

/// <summary>
/// One layer's state, or its gradient, within rows that hold the states of all layers: a row a sequence. A layer's state has parts of
/// equal size, such as h and c.
/// </summary>
/// <param name="values">begins with the layer's first value in the first row</param>
/// <param name="rowDistance">floats from one sequence's row to the next's</param>
/// <param name="partDistance">floats from one part to the next in a row</param>
internal readonly ref struct StateRows(Span<float> values, int rowDistance, int partDistance = 0)
{
    private readonly Span<float> _values = values;

    /// <summary>Whether there are no rows: a gradient that is not wanted.</summary>
    internal bool IsEmpty => _values.IsEmpty;

    /// <summary>A part of a sequence's state.</summary>
    internal Span<float> Part(int sequence, int part, int length)
        => _values.Slice(sequence * rowDistance + part * partDistance, length);

    /// <summary>The same rows from <paramref name="offset"/> on, with parts at another distance.</summary>
    internal StateRows From(int offset, int parts = 0) => IsEmpty ? default : new(_values[offset..], rowDistance, parts);
}
