using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>Copies of a few floats that have just been stored.</summary>
internal static class VectorCopy
{
    /// <summary>
    /// destination = source; they must not overlap. Vector by vector: a load that spans two vectors on their way to the cache, as a copy of
    /// any length has them at its end, would wait until both are there.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Copy(ref float source, ref float destination, int count)
    {
        int i = 0;
        for (; i <= count - PortableVector.Count; i += PortableVector.Count)
        {
            PortableVector.Store(PortableVector.Load(ref source, i), ref destination, i);
        }

        for (; i < count; i++)
        {
            Unsafe.Add(ref destination, i) = Unsafe.Add(ref source, i);
        }
    }
}
