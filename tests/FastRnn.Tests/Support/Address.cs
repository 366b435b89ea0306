using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRnn.Tests.Support;

internal static class Address
{
    /// <summary>Where a span of pinned memory starts.</summary>
    internal static long Of(ReadOnlySpan<float> span)
        => Unsafe.ByteOffset(ref Unsafe.NullRef<float>(), ref MemoryMarshal.GetReference(span));
}
