using FastRnn.Memory;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Memory;

public sealed class SpanAllocatorTests
{
    private const int LineBytes = 64;

    [Fact]
    public void SpanAllocator_LengthOf_everyLength_isTheNextWholeLine()
    {
        foreach (int length in Sizes.All)
        {
            long taken = SpanAllocator.LengthOf(length);
            Assert.InRange(taken, length, length + AlignedBuffer.LineLength - 1);
            Assert.Equal(0, taken % AlignedBuffer.LineLength);
        }

        Assert.Equal(1L << 40, SpanAllocator.LengthOf(1L << 40));
        Assert.Equal((1L << 40) + AlignedBuffer.LineLength, SpanAllocator.LengthOf((1L << 40) + 1));
    }

    [Fact]
    public void SpanAllocator_Take_everyLength_handsOutPiecesApartAndAligned()
    {
        AlignedBuffer buffer = AlignedBuffer.Allocate((int)Sizes.All.Sum(length => SpanAllocator.LengthOf(length)));
        var memory = new SpanAllocator(buffer.Span);
        long place = Address.Of(buffer.Span);
        foreach (int length in Sizes.All)
        {
            Span<float> piece = memory.Take(length);
            Assert.Equal(length, piece.Length);
            if (length > 0)
            {
                Assert.Equal(0, Address.Of(piece) % LineBytes);
                Assert.Equal(place, Address.Of(piece));
            }

            place += SpanAllocator.LengthOf(length) * sizeof(float);
        }

        Assert.Equal(memory.Used * sizeof(float), place - Address.Of(buffer.Span));
    }

    [Fact]
    public void SpanAllocator_Take_moreThanThereIs_throws()
    {
        const int More = AlignedBuffer.LineLength + 1;
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpanAllocator(new float[More - 1]).Take(More));

        // The piece would fit, its line does not: the next piece would have nowhere to begin.
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpanAllocator(new float[More]).Take(More));
    }
}
