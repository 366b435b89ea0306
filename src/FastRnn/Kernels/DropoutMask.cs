using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>
/// The random factors of dropout: 0 with probability p, else 1 / (1 − p). A factor is a function of seed, step and its place alone,
/// whatever the vector width.
/// </summary>
internal static class DropoutMask
{
    /// <summary>Keeps the seed 0 from being mixed into 0, which would make places and steps interchangeable.</summary>
    private const uint SeedOffset = 0x9e3779b9;

    /// <param name="factors">receives the factors</param>
    /// <param name="rate">p, at least 0, below 1</param>
    /// <param name="seed">any</param>
    /// <param name="step">any</param>
    [MethodImpl(JitOptions.Loop)]
    internal static void Fill(Span<float> factors, float rate, int seed, long step)
    {
        // A value stays where 24 random bits are not below p·2²⁴.
        var threshold = new Vector<uint>((uint)Math.Ceiling(rate * (double)(1 << 24)));
        var kept = new Vector<float>(1 / (1 - rate));
        var key = new Vector<uint>(Mix(Mix((uint)seed + SeedOffset) ^ (uint)step ^ Mix((uint)(step >> 32))));
        int width = Vector<uint>.Count;
        int i = 0;
        for (; i + width <= factors.Length; i += width)
        {
            Factors(i, key, threshold, kept).CopyTo(factors[i..]);
        }

        Elementwise.StorePart(new PortableVector(Factors(i, key, threshold, kept)), factors[i..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Factors(int start, Vector<uint> key, Vector<uint> threshold, Vector<float> kept)
    {
        // Two rounds of a mix, the key between them, so that near places and near keys have nothing in common.
        Vector<uint> bits = Mix(Mix(Vector<uint>.Indices + new Vector<uint>((uint)start)) ^ key) >> 8;
        return Vector.ConditionalSelect(
            Vector.AsVectorSingle(Vector.GreaterThanOrEqual(bits, threshold)), kept, Vector<float>.Zero);
    }

    /// <summary>A bijection of 32 bits in which every bit of the input reaches every bit of the output.</summary>
    /// <remarks>Constants: the mixer of 32 bits with the least bias that C. Wellons' search found (nullprogram.com, 2018).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Mix(Vector<uint> x)
    {
        x ^= x >> 16;
        x *= new Vector<uint>(0x7feb352d);
        x ^= x >> 15;
        x *= new Vector<uint>(0x846ca68b);
        return x ^ (x >> 16);
    }

    private static uint Mix(uint x) => Mix(new Vector<uint>(x))[0];
}
