using System.Runtime.InteropServices;

namespace FastRnn.Peers.Serving;

/// <summary>Bytes that the process has asked malloc and friends for, where the counter of <c>setup.sh</c> is loaded into it.</summary>
internal static unsafe class NativeHeap
{
    private static readonly delegate* unmanaged<ulong> Counter = Find();

    /// <summary>Null where they are not counted.</summary>
    internal static long? AllocatedBytes() => Counter is null ? null : (long)Counter();

    private static delegate* unmanaged<ulong> Find()
        => NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "allocated_bytes", out nint address)
            ? (delegate* unmanaged<ulong>)address
            : null;
}
