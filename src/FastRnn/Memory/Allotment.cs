namespace FastRnn.Memory;

/// <summary>Hands out one piece of memory after the other, each beginning on a cache line where the memory does.</summary>
internal ref struct Allotment
{
    private Span<float> _rest;

    internal Allotment(Span<float> memory) => _rest = memory;

    /// <summary>What has not been handed out.</summary>
    internal readonly Span<float> Rest => _rest;

    /// <summary>The floats that <see cref="Take"/> of <paramref name="length"/> uses up.</summary>
    internal static long LengthOf(long length)
        => (length + AlignedBuffer.LineLength - 1) / AlignedBuffer.LineLength * AlignedBuffer.LineLength;

    internal Span<float> Take(int length)
    {
        Span<float> piece = _rest[..length];
        _rest = _rest[(int)LengthOf(length)..];
        return piece;
    }
}
