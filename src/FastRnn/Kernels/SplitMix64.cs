namespace FastRnn.Kernels;

/// <summary>Random numbers without memory, the same on every machine: SplitMix64. Source: G. L. Steele, D. Lea and C. H. Flood, Fast
/// splittable pseudorandom number generators, OOPSLA 2014.</summary>
/// <param name="seed">any</param>
/// <param name="stream">tells sequences of one seed apart, such as those of epochs</param>
internal struct SplitMix64(int seed, int stream)
{
    private ulong _state = ((ulong)(uint)seed << 32) | (uint)stream;

    /// <summary>A value from 0 up to, but not, 1: one of 2²⁴ as likely ones.</summary>
    internal float NextSingle() => (Next() >> 40) * (1f / (1 << 24));

    /// <summary>A value from 0 up to, but not, 1: one of 2⁵³ as likely ones.</summary>
    internal double NextDouble() => (Next() >> 11) * (1.0 / (1L << 53));

    /// <summary>Puts values into an order of which each is as likely as any other.</summary>
    internal void Shuffle(Span<int> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            // The high half of the product is uniform from 0 to i, but for less than i / 2⁶⁴.
            int other = (int)Math.BigMul(Next(), (ulong)i + 1, out _);
            (values[i], values[other]) = (values[other], values[i]);
        }
    }

    private ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
