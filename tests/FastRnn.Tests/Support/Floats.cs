using System.Numerics;

namespace FastRnn.Tests.Support;

/// <summary>Floats to try a function of one variable on.</summary>
internal static class Floats
{
    /// <summary>Coprime to every power of two, so that the mantissas differ from exponent to exponent.</summary>
    private const int Stride = 997;

    /// <summary>Without vector hardware every vector operation is a slow call: fewer floats are tried then.</summary>
    private const int SlowStride = 20 * Stride + 1;

    /// <summary>Floats handed out at a time.</summary>
    private const int BlockLength = 4096;

    private const int PositiveInfinityBits = 0x7F80_0000;

    /// <summary>Every so many-th bit pattern of the finite floats, both signs, in blocks.</summary>
    internal static IEnumerable<float[]> Sweep()
    {
        int stride = Vector.IsHardwareAccelerated ? Stride : SlowStride;
        var block = new List<float>(BlockLength + 2);
        for (int bits = 0; bits < PositiveInfinityBits; bits += stride)
        {
            block.Add(BitConverter.Int32BitsToSingle(bits));
            block.Add(-block[^1]);
            if (block.Count >= BlockLength)
            {
                yield return block.ToArray();
                block.Clear();
            }
        }

        yield return block.ToArray();
    }

    /// <summary>Every float from the first to the last, at most <paramref name="limit"/> of them, evenly.</summary>
    internal static float[] Between(float first, float last, int limit = 200_000)
    {
        long low = Order(first);
        long high = Order(last);
        long stride = Math.Max(1, (high - low) / (Vector.IsHardwareAccelerated ? limit : limit / 20));
        var values = new List<float>();
        for (long order = low; order <= high; order += stride)
        {
            values.Add(FromOrder(order));
        }

        return values.ToArray();
    }

    /// <summary>The place of a float among all floats by size; 0 for both zeros.</summary>
    private static long Order(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value);
        return bits >= 0 ? bits : -(long)(bits & int.MaxValue);
    }

    private static float FromOrder(long order)
    {
        float magnitude = BitConverter.Int32BitsToSingle((int)Math.Abs(order));
        return order < 0 ? -magnitude : magnitude;
    }
}
