namespace FastRnn.Memory;

/// <summary>
/// Hands out one piece of memory after the other, each beginning on a cache line where the memory does. One without memory hands out
/// empty pieces and counts, so that what lays memory out also says how much it takes.
/// </summary>
internal ref struct SpanAllocator
{
    private readonly bool _onlyCounts;
    private Span<float> _rest;

    internal SpanAllocator(Span<float> memory) => _rest = memory;

    private SpanAllocator(bool onlyCounts) => _onlyCounts = onlyCounts;

    /// <summary>One without memory.</summary>
    internal static SpanAllocator Counting => new(onlyCounts: true);

    /// <summary>The floats that have been used up; may be more than a buffer can hold.</summary>
    internal long Used { get; private set; }

    /// <summary>The floats that <see cref="Take"/> of <paramref name="length"/> uses up.</summary>
    internal static long LengthOf(long length)
        => (length + AlignedBuffer.LineLength - 1) / AlignedBuffer.LineLength * AlignedBuffer.LineLength;

    internal Span<float> Take(long length)
    {
        long used = LengthOf(length);
        Used += used;
        if (_onlyCounts)
        {
            return [];
        }

        Span<float> piece = _rest[..(int)length];
        _rest = _rest[(int)used..];
        return piece;
    }
}
