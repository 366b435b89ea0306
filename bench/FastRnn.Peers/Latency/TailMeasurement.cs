using System.Diagnostics;
using FastRnn.Peers.Results;
using FastRnn.Peers.Serving;
using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.Latency;

/// <summary>Times every single step of a long stream, in a process that does nothing else.</summary>
internal static class TailMeasurement
{
    private const int Inputs = 16;

    /// <param name="cell">of the one layer</param>
    /// <param name="hiddenSize">I = H</param>
    /// <param name="steps">how many are timed</param>
    /// <param name="warmUp">for the processor's speed and the runtime's compiler</param>
    internal static TailLatency Measure(WorkCell cell, int hiddenSize, long steps, TimeSpan warmUp)
    {
        var work = new PeerWork(cell, WorkMode.Step, hiddenSize, hiddenSize, Batch: 1, Inputs);
        Tensors data = WorkData.Create(work);
        using RnnSession session = RnnModel.FromParameters(FastRnnPeer.Spec(work), WorkTensors.Parameters(work, data)).CreateSession();
        float[] inputs = data[WorkTensors.Inputs].ToArray();
        var output = new float[hiddenSize];
        var histogram = new TickHistogram();
        long began = Stopwatch.GetTimestamp();
        do
        {
            Stream(session, inputs, output, histogram, 10_000);
        }
        while (Stopwatch.GetElapsedTime(began) < warmUp);

        double clock = ClockTicks(histogram);
        histogram.Clear();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        int collections = GC.CollectionCount(0);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        Stream(session, inputs, output, histogram, steps);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        collections = GC.CollectionCount(0) - collections;

        double Nanoseconds(double ticks) => ticks * (1e9 / Stopwatch.Frequency);
        return new TailLatency(
            cell.Name(), hiddenSize, histogram.Count, Nanoseconds(histogram.Percentile(0.5)), Nanoseconds(histogram.Percentile(0.9)),
            Nanoseconds(histogram.Percentile(0.99)), Nanoseconds(histogram.Percentile(0.999)), Nanoseconds(histogram.Percentile(0.9999)),
            Nanoseconds(histogram.Maximum), Nanoseconds(clock), collections, allocated);
    }

    private static void Stream(RnnSession session, float[] inputs, float[] output, TickHistogram histogram, long steps)
    {
        int width = session.Spec.InputSize;
        for (int at = 0; steps > 0; steps--)
        {
            long start = Stopwatch.GetTimestamp();
            session.Step(inputs.AsSpan(at, width), output);
            histogram.Add(Stopwatch.GetTimestamp() - start);
            at = at + width == inputs.Length ? 0 : at + width;
        }
    }

    /// <summary>What a timed step shows when it does nothing: the median.</summary>
    private static double ClockTicks(TickHistogram histogram)
    {
        const int Reads = 1_000_000;
        histogram.Clear();
        for (int i = 0; i < Reads; i++)
        {
            long start = Stopwatch.GetTimestamp();
            histogram.Add(Stopwatch.GetTimestamp() - start);
        }

        return histogram.Percentile(0.5);
    }
}
