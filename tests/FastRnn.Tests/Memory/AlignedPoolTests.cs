using FastRnn.Memory;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Memory;

[Collection(Alone.Name)]
public sealed class AlignedPoolTests
{
    /// <summary>As many idle buffers of a size as the pool keeps at most.</summary>
    private const int SlotsPerSize = 32;

    /// <summary>Floats that the pool keeps idle at most.</summary>
    private const long IdleLimit = 16L << 20;

    private const int LargestPooled = 1 << 24;

    [Theory]
    [InlineData(1, 64)]
    [InlineData(64, 64)]
    [InlineData(65, 128)]
    [InlineData(1000, 1024)]
    [InlineData(1024, 1024)]
    [InlineData(1025, 2048)]
    public void AlignedPool_Rent_length_givesTheNextPowerOfTwo(int length, int capacity)
    {
        AlignedBuffer buffer = AlignedPool.Rent(length);
        Assert.Equal(capacity, buffer.Capacity);
        Assert.Equal(0, Address.Of(buffer.Span) % 64);
        AlignedPool.Return(buffer);
    }

    [Fact]
    public void AlignedPool_Rent_afterReturn_givesTheSameMemory()
    {
        List<AlignedBuffer> idle = TakeAll(5000);
        AlignedBuffer buffer = AlignedPool.Rent(5000);
        long address = Address.Of(buffer.Span);
        AlignedPool.Return(buffer);
        AlignedBuffer again = AlignedPool.Rent(6000);
        Assert.Equal(address, Address.Of(again.Span));
        idle.ForEach(AlignedPool.Return);
    }

    [Fact]
    public void AlignedPool_Rent_withoutReturn_givesOtherMemory()
    {
        AlignedBuffer a = AlignedPool.Rent(3000);
        AlignedBuffer b = AlignedPool.Rent(3000);
        Assert.False(a.Span.Overlaps(b.Span));
        AlignedPool.Return(a);
        AlignedPool.Return(b);
    }

    [Fact]
    public void AlignedPool_Return_moreThanItKeeps_dropsTheRest()
    {
        const int Length = 700;
        List<AlignedBuffer> idle = TakeAll(Length);
        var returned = new HashSet<long>();
        AlignedBuffer[] buffers = Enumerable.Range(0, SlotsPerSize + 8).Select(_ => AlignedPool.Rent(Length)).ToArray();
        foreach (AlignedBuffer buffer in buffers)
        {
            returned.Add(Address.Of(buffer.Span));
            AlignedPool.Return(buffer);
        }

        int kept = TakeAll(Length).Count(buffer => returned.Contains(Address.Of(buffer.Span)));
        Assert.Equal(SlotsPerSize, kept);
        GC.KeepAlive(buffers);
        GC.KeepAlive(idle);
    }

    [Fact]
    public void AlignedPool_Return_beyondTheIdleLimit_keepsNoMore()
    {
        const int Length = 1 << 22;
        TakeAll(Length);
        AlignedBuffer[] buffers = Enumerable.Range(0, (int)(IdleLimit / Length) + 2).Select(_ => AlignedPool.Rent(Length)).ToArray();
        var returned = buffers.Select(buffer => Address.Of(buffer.Span)).ToHashSet();
        Array.ForEach(buffers, AlignedPool.Return);
        int kept = TakeAll(Length).Count(buffer => returned.Contains(Address.Of(buffer.Span)));
        Assert.InRange(kept, 1, (int)(IdleLimit / Length));
        GC.KeepAlive(buffers);
    }

    [Fact]
    public void AlignedPool_Rent_beyondTheLargestSize_isNotKept()
    {
        AlignedBuffer buffer = AlignedPool.Rent(LargestPooled + 1);
        Assert.True(buffer.Capacity > LargestPooled);
        long address = Address.Of(buffer.Span);
        AlignedPool.Return(buffer);
        AlignedBuffer other = AlignedPool.Rent(LargestPooled + 1);
        Assert.NotEqual(address, Address.Of(other.Span));
        GC.KeepAlive(buffer);
    }

    [Fact]
    public void AlignedPool_RentAndReturn_manyThreads_neverHandsOutABufferTwice()
    {
        const int Threads = 8;
        const int Rounds = 200_000;
        using var start = new Barrier(Threads);
        int clashes = 0;
        var threads = Enumerable.Range(1, Threads).Select(id => new Thread(() =>
        {
            start.SignalAndWait();
            for (int round = 0; round < Rounds; round++)
            {
                // Short holds of one size, so that the threads meet at the same places of the shelf.
                AlignedBuffer buffer = AlignedPool.Rent(1);
                Span<float> span = buffer.Span;
                span.Fill(id);
                Thread.SpinWait(round % 8);
                if (span.IsEmpty || span.ContainsAnyExcept((float)id))
                {
                    Interlocked.Increment(ref clashes);
                }

                AlignedPool.Return(buffer);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Equal(0, clashes);
    }

    /// <summary>Empties the pool's shelf for a length; what was there comes back, with one fresh buffer at most.</summary>
    private static List<AlignedBuffer> TakeAll(int length)
        => Enumerable.Range(0, SlotsPerSize).Select(_ => AlignedPool.Rent(length)).ToList();
}
