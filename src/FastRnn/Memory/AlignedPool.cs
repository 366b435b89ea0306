using System.Numerics;

namespace FastRnn.Memory;

/// <summary>
/// Keeps returned buffers for the next renter, by powers of two. Lock-free, shared by all threads, and bounded: what would not fit
/// is left to the garbage collector.
/// </summary>
internal static class AlignedPool
{
    private const int SlotsPerBucket = 32;
    private const int SmallestShift = 6;
    private const int LargestShift = 24;

    /// <summary>The most that the idle buffers of all buckets may hold together, in floats (64 MiB).</summary>
    private const long IdleLimit = 16L << 20;

    private static readonly Slot[] Slots = new Slot[(LargestShift - SmallestShift + 1) * SlotsPerBucket];
    private static long _idle;

    /// <summary>Hands out at least <paramref name="length"/> floats with unspecified contents.</summary>
    internal static AlignedBuffer Rent(int length)
    {
        int bucket = BucketOf(length);
        if (bucket > LargestShift - SmallestShift)
        {
            return AlignedBuffer.Allocate(length);
        }

        foreach (ref Slot slot in Slots.AsSpan(bucket * SlotsPerBucket, SlotsPerBucket))
        {
            if (slot.TryTake(out AlignedBuffer buffer))
            {
                Interlocked.Add(ref _idle, -buffer.Capacity);
                return buffer;
            }
        }

        return AlignedBuffer.Allocate(1 << (bucket + SmallestShift));
    }

    /// <summary>Takes a buffer back; the caller must not touch it afterwards.</summary>
    internal static void Return(AlignedBuffer buffer)
    {
        int bucket = BucketOf(buffer.Capacity);
        if (bucket > LargestShift - SmallestShift)
        {
            return;
        }

        if (Interlocked.Add(ref _idle, buffer.Capacity) <= IdleLimit)
        {
            foreach (ref Slot slot in Slots.AsSpan(bucket * SlotsPerBucket, SlotsPerBucket))
            {
                if (slot.TryPut(buffer))
                {
                    return;
                }
            }
        }

        Interlocked.Add(ref _idle, -buffer.Capacity);
    }

    private static int BucketOf(int length) => Math.Max(0, BitOperations.Log2((uint)Math.Max(length - 1, 1)) + 1 - SmallestShift);

    /// <summary>A place for one buffer. A state that only one thread can win guards it, so that the buffer is never torn.</summary>
    private struct Slot
    {
        private const int Empty = 0;
        private const int Busy = 1;
        private const int Full = 2;

        private int _state;
        private AlignedBuffer _buffer;

        internal bool TryTake(out AlignedBuffer buffer)
        {
            if (Volatile.Read(ref _state) != Full || Interlocked.CompareExchange(ref _state, Busy, Full) != Full)
            {
                buffer = default;
                return false;
            }

            buffer = _buffer;
            _buffer = default;
            Volatile.Write(ref _state, Empty);
            return true;
        }

        internal bool TryPut(AlignedBuffer buffer)
        {
            if (Volatile.Read(ref _state) != Empty || Interlocked.CompareExchange(ref _state, Busy, Empty) != Empty)
            {
                return false;
            }

            _buffer = buffer;
            Volatile.Write(ref _state, Full);
            return true;
        }
    }
}
