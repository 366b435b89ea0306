using System.Diagnostics;

namespace FastRnn.Cli.Demo;

/// <summary>How long the steps of a stream take.</summary>
/// <param name="Steps">how many were timed</param>
/// <param name="Median">p50 in nanoseconds, as the next three</param>
/// <param name="P99">99 % of steps took no longer</param>
/// <param name="P999">99.9 % of steps took no longer</param>
/// <param name="Maximum">the longest step</param>
/// <param name="ClockOverhead">nanoseconds that reading the clock takes, already subtracted from the four</param>
/// <param name="StepsPerSecond">without a clock: that of the median of <see cref="Blocks"/> blocks of Steps / Blocks steps</param>
/// <param name="AllocatedBytes">by this thread, over all loops</param>
internal sealed record StepLatency(
    int Steps, double Median, double P99, double P999, double Maximum, double ClockOverhead, double StepsPerSecond, long AllocatedBytes)
{
    /// <summary>So many that other work on the machine, which comes and goes within milliseconds, disturbs a few of them alone.</summary>
    internal const int Blocks = 20;

    /// <summary>
    /// Brings code and weights into the caches and the processor to its speed, and gives the runtime time to optimize what calls the
    /// kernels.
    /// </summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Streams the inputs, over and over, through the session: to warm up, then <paramref name="steps"/> steps without a clock for the
    /// steps a second, then as many with each timed by itself.
    /// </summary>
    internal static StepLatency Measure(RnnSession session, float[] inputs, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, Blocks);
        var ticks = new long[steps];
        var blocks = new long[Blocks];
        long start = Stopwatch.GetTimestamp();
        do
        {
            Stream(session, inputs, inputs.Length);
            StreamTimed(session, inputs, ticks.AsSpan(0, Math.Min(inputs.Length, steps)));
        }
        while (Stopwatch.GetElapsedTime(start) < WarmUp);

        long overhead = ClockOverheadTicks(ticks);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        foreach (ref long block in blocks.AsSpan())
        {
            start = Stopwatch.GetTimestamp();
            Stream(session, inputs, steps / Blocks);
            block = Stopwatch.GetTimestamp() - start;
        }

        StreamTimed(session, inputs, ticks);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;

        Array.Sort(ticks);
        Array.Sort(blocks);
        return new StepLatency(
            steps,
            Median: Nanoseconds(Percentile(ticks, 0.5) - overhead),
            P99: Nanoseconds(Percentile(ticks, 0.99) - overhead),
            P999: Nanoseconds(Percentile(ticks, 0.999) - overhead),
            Maximum: Nanoseconds(ticks[^1] - overhead),
            ClockOverhead: Nanoseconds(overhead),
            StepsPerSecond: steps / Blocks * (double)Stopwatch.Frequency / Math.Max(1, Percentile(blocks, 0.5)),
            AllocatedBytes: allocated);
    }

    /// <summary>The smallest value that at least the fraction of all values doesn't exceed (nearest rank).</summary>
    /// <param name="sorted">ascending; at least one</param>
    /// <param name="fraction">above 0, at most 1</param>
    internal static long Percentile(ReadOnlySpan<long> sorted, double fraction)
    {
        // The product may come out a last digit above a whole number: 0.999 · 1000 is one rank, not the next.
        int rank = (int)Math.Ceiling(fraction * sorted.Length - 1e-6);
        return sorted[Math.Clamp(rank, 1, sorted.Length) - 1];
    }

    private static void Stream(RnnSession session, ReadOnlySpan<float> inputs, int steps)
    {
        Span<float> output = stackalloc float[1];
        for (int step = 0, at = 0; step < steps; step++)
        {
            session.Step(inputs.Slice(at, 1), output);
            at = at + 1 < inputs.Length ? at + 1 : 0;
        }
    }

    private static void StreamTimed(RnnSession session, ReadOnlySpan<float> inputs, Span<long> ticks)
    {
        Span<float> output = stackalloc float[1];
        for (int step = 0, at = 0; step < ticks.Length; step++)
        {
            long start = Stopwatch.GetTimestamp();
            session.Step(inputs.Slice(at, 1), output);
            ticks[step] = Stopwatch.GetTimestamp() - start;
            at = at + 1 < inputs.Length ? at + 1 : 0;
        }
    }

    /// <summary>What a timed step shows when it does nothing: the median reading.</summary>
    private static long ClockOverheadTicks(Span<long> ticks)
    {
        for (int step = 0; step < ticks.Length; step++)
        {
            long start = Stopwatch.GetTimestamp();
            ticks[step] = Stopwatch.GetTimestamp() - start;
        }

        ticks.Sort();
        return Percentile(ticks, 0.5);
    }

    private static double Nanoseconds(long ticks) => Math.Max(0, ticks) * (1e9 / Stopwatch.Frequency);
}
