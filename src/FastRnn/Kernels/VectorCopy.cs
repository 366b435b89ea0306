using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>Copies of a few floats that have just been stored.</summary>
internal static class VectorCopy
{
    /// <summary>
    /// destination = source, vector by vector as the cells store them: a load of half a vector that is still on its way to the cache has to
    /// wait until it is there.
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
