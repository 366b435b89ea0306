using FastRnn.Memory;

namespace FastRnn.Benchmarks;

/// <summary>The numbers that benchmarks compute with: uniform in [−1, 1), the same in every run.</summary>
internal static class RandomData
{
    internal static float[] Array(int length)
    {
        var values = new float[length];
        Fill(values);
        return values;
    }

    /// <summary>64-byte-aligned, as the library keeps what its kernels work on.</summary>
    internal static AlignedBuffer Buffer(int length)
    {
        AlignedBuffer buffer = AlignedBuffer.Allocate(length);
        Fill(buffer.Span);
        return buffer;
    }

    private static void Fill(Span<float> values)
    {
        var random = new Random(Seed: 7);
        foreach (ref float value in values)
        {
            value = 2 * random.NextSingle() - 1;
        }
    }
}
