using System.Numerics;

namespace FastRnn.Peers.Latency;

/// <summary>
/// Counts of durations, of a fixed size: exact below 2048 ticks, from there on to a thousandth. Adding one allocates nothing.
/// </summary>
internal sealed class TickHistogram
{
    /// <summary>Bits of a duration that are kept.</summary>
    private const int Bits = 11;

    /// <summary>Buckets for each doubling beyond the exact ones.</summary>
    private const int Half = 1 << (Bits - 1);

    private readonly long[] _counts = new long[(64 - Bits + 1) * Half + Half];

    internal long Count { get; private set; }

    internal long Maximum { get; private set; }

    internal void Add(long ticks)
    {
        ticks = Math.Max(0, ticks);
        int shift = Math.Max(0, 64 - Bits - BitOperations.LeadingZeroCount((ulong)ticks));
        _counts[shift * Half + (int)(ticks >> shift)]++;
        Count++;
        Maximum = Math.Max(Maximum, ticks);
    }

    internal void Clear()
    {
        _counts.AsSpan().Clear();
        (Count, Maximum) = (0, 0);
    }

    /// <summary>The least duration that at least the fraction of all does not exceed, to a thousandth.</summary>
    internal long Percentile(double fraction)
    {
        // A product may come out a last digit above a whole number: 0.999 · 1000 is one rank, not the next.
        long rank = Math.Clamp((long)Math.Ceiling(fraction * Count - 1e-6), 1, Math.Max(1, Count));
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
            {
                int shift = Math.Max(0, i / Half - 1);
                return Math.Min((long)(i - shift * Half) << shift, Maximum);
            }
        }

        return Maximum;
    }
}
