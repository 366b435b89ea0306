using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRnn.Memory;

/// <summary>
/// Floats on the pinned heap that begin at a multiple of 64 bytes, one cache line: no vector load ever crosses two lines, and
/// since the array never moves, the alignment lasts.
/// </summary>
internal readonly struct AlignedBuffer
{
    /// <summary>Floats in a cache line of 64 bytes: what lengths are rounded up to.</summary>
    internal const int LineLength = 64 / sizeof(float);

    private readonly float[]? _array;
    private readonly int _start;

    private AlignedBuffer(float[] array, int start, int capacity)
    {
        _array = array;
        _start = start;
        Capacity = capacity;
    }

    internal int Capacity { get; }

    internal bool IsEmpty => _array is null;

    internal Span<float> Span => new(_array, _start, Capacity);

    /// <summary>The first float of a buffer that is not empty.</summary>
    internal ref float Start => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_array!), _start);

    /// <summary>Allocates at least <paramref name="length"/> floats with unspecified contents.</summary>
    internal static AlignedBuffer Allocate(int length)
    {
        int capacity = RoundUp(length);
        float[] array = GC.AllocateUninitializedArray<float>(capacity + LineLength, pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
        int start = (int)(-address & (LineLength * sizeof(float) - 1)) / sizeof(float);
        return new AlignedBuffer(array, start, capacity);
    }

    /// <summary>The least multiple of a cache line that holds <paramref name="length"/> floats.</summary>
    internal static int RoundUp(int length) => checked((length + LineLength - 1) / LineLength * LineLength);

    /// <summary>The same floats as <see cref="Span"/>, for what outlives the stack.</summary>
    internal Memory<float> Memory => new(_array, _start, Capacity);

    internal Span<float> Slice(int start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)start + (ulong)(uint)length, (ulong)(uint)Capacity, nameof(length));
        return new Span<float>(_array, _start + start, length);
    }
}
