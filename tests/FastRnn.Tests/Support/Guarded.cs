namespace FastRnn.Tests.Support;

/// <summary>
/// A span inside a larger array, off every alignment unless told otherwise, between guard values that nothing may overwrite.
/// </summary>
internal sealed class Guarded
{
    /// <summary>More floats than the widest store of any kernel.</summary>
    private const int Margin = 96;

    /// <summary>A NaN that no arithmetic produces.</summary>
    private const int GuardBits = 0x7FC0_DEAD;

    private readonly float[] _array;
    private readonly int _start;

    internal Guarded(int length, int shift = 1)
    {
        _start = Margin + shift;
        Length = length;
        _array = new float[_start + length + Margin];
        _array.AsSpan().Fill(BitConverter.Int32BitsToSingle(GuardBits));
    }

    internal Guarded(ReadOnlySpan<float> values, int shift = 1)
        : this(values.Length, shift)
        => values.CopyTo(Span);

    internal int Length { get; }

    internal Span<float> Span => _array.AsSpan(_start, Length);

    /// <summary>Fails when a value outside the span has changed.</summary>
    internal void AssertIntact()
    {
        for (int i = 0; i < _array.Length; i++)
        {
            if ((i < _start || i >= _start + Length) && BitConverter.SingleToInt32Bits(_array[i]) != GuardBits)
            {
                Assert.Fail($"Something wrote {_array[i]} at {i - _start} of a span of {Length}.");
            }
        }
    }

    /// <summary>Fails when a value inside or outside the span has changed since it was made without values.</summary>
    internal void AssertUnwritten()
    {
        AssertIntact();
        foreach (float value in Span)
        {
            Assert.Equal(GuardBits, BitConverter.SingleToInt32Bits(value));
        }
    }
}
