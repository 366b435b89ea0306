using FastRnn.Memory;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Memory;

public sealed class AlignedBufferTests
{
    private const int LineBytes = 64;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void AlignedBuffer_Allocate_anyLength_startsOnACacheLineAndHoldsIt(int length)
    {
        for (int i = 0; i < 20; i++)
        {
            AlignedBuffer buffer = AlignedBuffer.Allocate(length);
            Assert.Equal(0, Address.Of(buffer.Span) % LineBytes);
            Assert.Equal((length + 15) / 16 * 16, buffer.Capacity);
            Assert.Equal(buffer.Capacity, buffer.Span.Length);
        }
    }

    [Fact]
    public void AlignedBuffer_Span_wholeLength_canBeWrittenAndRead()
    {
        AlignedBuffer buffer = AlignedBuffer.Allocate(100);
        for (int i = 0; i < buffer.Capacity; i++)
        {
            buffer.Span[i] = i;
        }

        Assert.Equal(Enumerable.Range(30, 20).Select(i => (float)i), buffer.Slice(30, 20).ToArray());
        Assert.Equal(buffer.Capacity - 1, buffer.Slice(buffer.Capacity - 1, 1)[0]);
    }

    [Theory]
    [InlineData(0, 17)]
    [InlineData(16, 1)]
    [InlineData(-1, 1)]
    [InlineData(1, -1)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void AlignedBuffer_Slice_outOfRange_throws(int start, int length)
    {
        AlignedBuffer buffer = AlignedBuffer.Allocate(16);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Slice(start, length));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 32)]
    public void AlignedBuffer_RoundUp_length_isTheNextMultipleOfALine(int length, int expected)
        => Assert.Equal(expected, AlignedBuffer.RoundUp(length));

    [Fact]
    public void AlignedBuffer_RoundUp_beyondAnInt_throws()
        => Assert.Throws<OverflowException>(() => AlignedBuffer.RoundUp(int.MaxValue));

    [Fact]
    public void AlignedBuffer_IsEmpty_default_hasNothing()
    {
        Assert.True(default(AlignedBuffer).IsEmpty);
        Assert.Equal(0, default(AlignedBuffer).Capacity);
        Assert.False(AlignedBuffer.Allocate(1).IsEmpty);
    }
}
