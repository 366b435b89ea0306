using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastRnn.Kernels;

namespace FastRnn.Benchmarks.Limits;

/// <summary>Reads a buffer over and over as fast as a core can, from the cache that the buffer fits in: eight independent sums.</summary>
internal static class ReadLoop
{
    /// <summary>Bytes that a call reads at least, so that starting and adding up do not count.</summary>
    private const int LeastBytes = 1 << 20;

    /// <summary>Buffers are read in pieces of this many floats: eight of the widest vectors.</summary>
    internal static int PieceLength => 8 * WideVector.WidestCount;

    /// <summary>Bytes that a call of <see cref="Run"/> reads.</summary>
    internal static double Bytes(int length) => sizeof(float) * (double)length * Times(length);

    /// <param name="buffer">a multiple of <see cref="PieceLength"/> long</param>
    internal static float Run(ReadOnlySpan<float> buffer)
        => WideVector.IsAccelerated ? Run<WideVector>(buffer) : Run<PortableVector>(buffer);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Run<TVector>(ReadOnlySpan<float> buffer)
        where TVector : struct, IVector<TVector>
    {
        ref float from = ref MemoryMarshal.GetReference(buffer);
        nint width = TVector.Count;
        TVector s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        for (int times = Times(buffer.Length); times > 0; times--)
        {
            for (nint i = 0; i < buffer.Length; i += 8 * width)
            {
                s0 += TVector.Load(ref from, i);
                s1 += TVector.Load(ref from, i + width);
                s2 += TVector.Load(ref from, i + 2 * width);
                s3 += TVector.Load(ref from, i + 3 * width);
                s4 += TVector.Load(ref from, i + 4 * width);
                s5 += TVector.Load(ref from, i + 5 * width);
                s6 += TVector.Load(ref from, i + 6 * width);
                s7 += TVector.Load(ref from, i + 7 * width);
            }
        }

        return TVector.Sum((s0 + s1) + (s2 + s3) + (s4 + s5) + (s6 + s7));
    }

    private static int Times(int length) => Math.Max(1, LeastBytes / sizeof(float) / length);
}
