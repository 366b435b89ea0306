using System.Runtime.CompilerServices;

namespace FastRnn.Memory;

/// <summary>A part of a <see cref="Workspace"/>: where it starts, in floats, and how long it is.</summary>
internal readonly record struct Segment(int Start, int Length);

/// <summary>
/// Pooled, 64-byte-aligned memory with one owner. It is rented once, grows only when more is asked for, and goes back to the
/// pool on <see cref="Dispose"/>. Contents are unspecified after <see cref="Reserve"/> has grown it.
/// </summary>
internal sealed class Workspace : IDisposable
{
    private AlignedBuffer _buffer;
    private int _disposed;

    internal int Capacity => _buffer.Capacity;

    internal bool IsDisposed => _disposed != 0;

    /// <summary>The floats of a segment.</summary>
    /// <exception cref="ObjectDisposedException">The workspace has been returned.</exception>
    internal Span<float> this[Segment segment]
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            return _buffer.Slice(segment.Start, segment.Length);
        }
    }

    /// <summary>All floats.</summary>
    /// <exception cref="ObjectDisposedException">The workspace has been returned.</exception>
    internal Span<float> All => AllOf(this);

    /// <summary>All floats, for an owner that is disposed with the workspace and is named where it is.</summary>
    /// <exception cref="ObjectDisposedException">The workspace has been returned.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<float> AllOf(object owner)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, owner);
        return _buffer.Span;
    }

    /// <summary>The first float, where some have been reserved.</summary>
    /// <inheritdoc cref="AllOf" path="/exception"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref float StartOf(object owner)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, owner);
        return ref _buffer.Start;
    }

    /// <summary>Makes room for <paramref name="length"/> floats; keeps the memory at hand when it is long enough.</summary>
    internal void Reserve(int length)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (length <= _buffer.Capacity)
        {
            return;
        }

        AlignedBuffer larger = AlignedPool.Rent(length);
        Release();
        _buffer = larger;
    }

    public void Dispose()
    {
        // Returned once even when two threads dispose at once: otherwise two later owners would share the memory.
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Release();
        }
    }

    private void Release()
    {
        if (!_buffer.IsEmpty)
        {
            AlignedPool.Return(_buffer);
            _buffer = default;
        }
    }
}
