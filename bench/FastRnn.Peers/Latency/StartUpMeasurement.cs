using System.Diagnostics;
using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.Latency;

/// <summary>
/// What a fresh process does to be measured: a model of weights that lie in a file, a first step, a thousand steps, and a thousand steps
/// when all is warm. Timestamps are those of the clock that all processes of a machine share.
/// </summary>
internal static class StartUpMeasurement
{
    private const int Steps = 1000;

    /// <summary>Runs of a thousand warm steps, of which the median counts.</summary>
    private const int WarmRuns = 9;

    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(400);

    /// <summary>One layer, I = H, streamed with one input.</summary>
    internal static PeerWork Work(WorkCell cell, int hiddenSize)
        => new(cell, WorkMode.Step, hiddenSize, hiddenSize, Batch: 1, Steps: 1);

    /// <summary>Writes timestamps (the program's first line, the model and its session, one step, a thousand) and the ticks of a
    /// thousand warm steps.</summary>
    /// <param name="entered">the program's first line</param>
    /// <param name="cell">of the one layer</param>
    /// <param name="hiddenSize">I = H</param>
    /// <param name="modelFile">weights one behind the other, or an ONNX model</param>
    /// <param name="library">ONNX Runtime's; null for FastRnn</param>
    /// <param name="output">gets a line</param>
    internal static void Measure(long entered, WorkCell cell, int hiddenSize, string modelFile, string? library, TextWriter output)
    {
        using IStream stream = library is null
            ? new FastRnnStream(cell, hiddenSize, modelFile)
            : new OnnxRuntimeStream(Work(cell, hiddenSize), modelFile, library);
        long made = Stopwatch.GetTimestamp();
        stream.Step(1);
        long first = Stopwatch.GetTimestamp();
        stream.Step(Steps - 1);
        long thousand = Stopwatch.GetTimestamp();
        output.WriteLine(FormattableString.Invariant($"{entered} {made} {first} {thousand} {Warm(stream)}"));
    }

    private static long Warm(IStream stream)
    {
        long began = Stopwatch.GetTimestamp();
        do
        {
            stream.Step(Steps);
        }
        while (Stopwatch.GetElapsedTime(began) < WarmUp);

        var ticks = new long[WarmRuns];
        foreach (ref long run in ticks.AsSpan())
        {
            long start = Stopwatch.GetTimestamp();
            stream.Step(Steps);
            run = Stopwatch.GetTimestamp() - start;
        }

        Array.Sort(ticks);
        return ticks[WarmRuns / 2];
    }
}
