using System.Globalization;
using System.Text.Json;
using FastRnn.Peers.Processes;
using FastRnn.Peers.Results;
using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.Latency;

/// <summary>The distribution of single steps' times, of each cell in a fresh process.</summary>
internal static class TailRun
{
    internal const int HiddenSize = 64;

    internal const long Steps = 10_000_000;

    /// <summary>For a look.</summary>
    internal const long QuickSteps = 1_000_000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    /// <param name="cells">empty for all</param>
    /// <param name="steps">how many are timed</param>
    /// <param name="status">is told what is being done</param>
    /// <exception cref="PeerFailedException">A process has failed.</exception>
    internal static IReadOnlyList<TailLatency> Measure(IReadOnlyCollection<WorkCell> cells, long steps, Action<string> status)
    {
        var found = new List<TailLatency>();
        foreach (WorkCell cell in Enum.GetValues<WorkCell>().Where(cell => cells.Count == 0 || cells.Contains(cell)))
        {
            status($"{steps / 1_000_000} million steps of {cell.Name()}");
            (string line, _) = FreshProcess.Run(
                ThisProgram.ServeTail, cell.Name(), HiddenSize.ToString(CultureInfo.InvariantCulture),
                steps.ToString(CultureInfo.InvariantCulture));
            found.Add(JsonSerializer.Deserialize<TailLatency>(line)!);
        }

        return found;
    }

    /// <summary>What the fresh process does.</summary>
    internal static void Serve(WorkCell cell, int hiddenSize, long steps, TextWriter output)
        => output.WriteLine(JsonSerializer.Serialize(TailMeasurement.Measure(cell, hiddenSize, steps, WarmUp)));
}
