namespace FastRnn.Memory;

/// <summary>
/// All parameters of a network, or a value for each of them (its gradient, a moment of it), in one flat buffer: a sweep over
/// <see cref="All"/> reaches every one, a slice names a part.
/// </summary>
internal sealed class ParameterBuffer
{
    private readonly AlignedBuffer _values;

    internal ParameterBuffer(ParameterLayout layout)
    {
        Layout = layout;
        _values = AlignedBuffer.Allocate(layout.Length);
        Padded.Clear();
    }

    internal ParameterLayout Layout { get; }

    internal Span<float> All => _values.Slice(0, Layout.Length);

    /// <summary>The same floats as <see cref="All"/>, for what outlives the stack.</summary>
    internal ReadOnlyMemory<float> Memory => _values.Memory[..Layout.Length];

    /// <summary><see cref="All"/> filled up with zeros to a multiple of every vector width: for sweeps that have no tail.</summary>
    internal Span<float> Padded => _values.Span;

    internal Span<float> this[ParameterSlice slice] => _values.Slice(slice.Offset, slice.Length);
}
