using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace FastRnn.Memory;

/// <summary>
/// Holds an object to one use at a time: a use that begins before another one has ended throws. A lock that never waits and is biased to
/// the first thread that takes it, which enters and leaves without an interlocked instruction.
/// </summary>
/// <remarks>
/// <para>Each of the two flags holds the id of the thread that is using the object, or 0. <c>_owned</c> is written by the owner alone.
/// <c>_shared</c> is taken by an interlocked exchange, and only who holds it changes <c>_owner</c>: from nobody to the first thread, to
/// shared when a second thread comes, to disposed; never back.</para>
/// <para>No two uses overlap. Those that hold <c>_shared</c> exclude each other by the exchange. The owner sets <c>_owned</c>, then reads
/// <c>_owner</c> once more. Another thread takes <c>_shared</c>, sets <c>_owner</c>, makes all processors pass a memory barrier, and
/// then reads <c>_owned</c>. If the owner has read before the barrier of its processor, it has set its flag before that too, and the
/// other thread sees the flag. If it reads later, it finds that it is not the owner any more, clears its flag and goes the slow way.
/// Without the barrier a processor could read before its write is visible, and both would enter. One barrier in the life of an object is
/// enough: after it no thread ever finds itself the owner.</para>
/// <para>Uses one after the other never throw. A flag is cleared with release and read with acquire: a use that comes after another one
/// finds both flags clear, and sees all that the other one has written. The runtime gives an id to a new thread only when the thread that
/// had it has ended, and its uses with it. Of uses that overlap, each may throw: also the rightful one, as long as
/// the other's attempt lasts.</para>
/// </remarks>
internal struct ExclusiveUse
{
    private const int Nobody = 0;
    private const int Shared = 1;
    private const int Disposed = 2;

    /// <summary>The current thread's id, at hand without a call into the runtime; 0 on a thread that has not been here before.</summary>
    [ThreadStatic]
    private static int _currentThread;

    /// <summary>The complement of the owning thread's id, or one of the constants; never that of 0.</summary>
    private int _owner;

    private int _owned;
    private int _shared;

    /// <summary>Begins a use, which ends when what is returned is disposed.</summary>
    /// <param name="user">the object, for messages</param>
    /// <exception cref="InvalidOperationException">Another use has not ended.</exception>
    /// <exception cref="ObjectDisposedException">The object is disposed.</exception>
    [UnscopedRef]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Scope Enter(object user)
    {
        int thread = _currentThread;
        if (_owner == ~thread && _owned == 0)
        {
            Volatile.Write(ref _owned, thread);
            if (Volatile.Read(ref _owner) == ~thread)
            {
                return new Scope(ref _owned);
            }

            Volatile.Write(ref _owned, 0);
        }

        return new Scope(ref EnterShared(user));
    }

    /// <summary>Makes every use from here on throw; false if that has been done before.</summary>
    /// <param name="user">the object, for messages</param>
    /// <exception cref="InvalidOperationException">Another use has not ended; nothing has been changed.</exception>
    internal bool TryDispose(object user)
    {
        if (!TryTake(user, Environment.CurrentManagedThreadId))
        {
            return false;
        }

        // The flag is kept for good.
        Volatile.Write(ref _owner, Disposed);
        return true;
    }

    /// <summary>Begins a use where the fast way does not lead; the first thread becomes the owner. Returns the flag that ends it.</summary>
    [UnscopedRef]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ref int EnterShared(object user)
    {
        int thread = Environment.CurrentManagedThreadId;
        _currentThread = thread;
        ObjectDisposedException.ThrowIf(!TryTake(user, thread), user);
        if (_owner == Shared)
        {
            return ref _shared;
        }

        // Also a new thread that has got the owner's id: it would not see its own use in the other flag.
        _owned = thread;
        Volatile.Write(ref _owner, ~thread);
        Volatile.Write(ref _shared, 0);
        return ref _owned;
    }

    /// <summary>Takes <c>_shared</c> with the owner out; false when the object is disposed.</summary>
    private bool TryTake(object user, int thread)
    {
        int holder = Interlocked.CompareExchange(ref _shared, thread, 0);
        if (holder != 0)
        {
            return Volatile.Read(ref _owner) == Disposed ? false : throw InUse(user, holder == thread);
        }

        if (_owner < Nobody && _owner != ~thread)
        {
            Volatile.Write(ref _owner, Shared);
            Interlocked.MemoryBarrierProcessWide();
        }

        holder = Volatile.Read(ref _owned);
        if (holder != 0)
        {
            Volatile.Write(ref _shared, 0);
            throw InUse(user, holder == thread);
        }

        return true;
    }

    private static InvalidOperationException InUse(object user, bool byThisThread)
        => new($"Expected a {user.GetType().Name} that is not in use, but " + (byThisThread
            ? "this thread is using it: none of its members may be called from within another."
            : "another thread is using it: it is for one thread at a time."));

    /// <summary>A use that has begun; disposed once.</summary>
    internal readonly ref struct Scope
    {
        private readonly ref int _flag;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal Scope(ref int flag) => _flag = ref flag;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Dispose() => Volatile.Write(ref _flag, 0);
    }
}
