using System.Diagnostics;

namespace FastRnn.Peers.Serving;

/// <summary>The mean of repeated calls.</summary>
/// <param name="Nanoseconds">a call</param>
/// <param name="Calls">how many</param>
/// <param name="AllocatedBytes">a call; null where they can't be counted</param>
internal readonly record struct CallTiming(double Nanoseconds, long Calls, double? AllocatedBytes)
{
    /// <summary>The clock is read around runs of this part of what is left to do, so that the total is met and reads are few.</summary>
    private const int Parts = 4;

    /// <summary>Repeats a work's call for about a time, once at least.</summary>
    internal static CallTiming Measure(IServedPeer peer, IServedWork work, double milliseconds)
    {
        double wanted = milliseconds * 1e-3 * Stopwatch.Frequency;
        long? before = peer.AllocatedBytes;
        long ticks = 0, calls = 0, next = 1;
        while (true)
        {
            long start = Stopwatch.GetTimestamp();
            work.Run(next);
            ticks += Stopwatch.GetTimestamp() - start;
            calls += next;
            if (ticks >= wanted)
            {
                break;
            }

            double left = (wanted - ticks) * calls / Math.Max(1, ticks);
            next = Math.Clamp((long)(left / Parts), 1, 10 * calls);
        }

        return new CallTiming(ticks * (1e9 / Stopwatch.Frequency) / calls, calls, (double?)(peer.AllocatedBytes - before) / calls);
    }
}
