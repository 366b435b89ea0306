using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using FastRnn.Peers.Measuring;
using FastRnn.Peers.OnnxRuntime;
using FastRnn.Peers.Processes;
using FastRnn.Peers.Results;
using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.Latency;

/// <summary>Times of fresh processes, FastRnn's and ONNX Runtime's in turn.</summary>
internal static class StartUpRun
{
    internal const int HiddenSize = 64;

    internal const int Processes = 9;

    /// <summary>For a look.</summary>
    internal const int QuickProcesses = 3;

    /// <summary>Of each cell FastRnn's and, where it is wanted and there, ONNX Runtime's.</summary>
    /// <param name="cells">empty for all</param>
    /// <param name="peers">those that are wanted; FastRnn takes part anyway</param>
    /// <param name="processes">of each cell and peer</param>
    /// <param name="status">is told what is being done</param>
    /// <exception cref="PeerFailedException">A process has failed.</exception>
    internal static IReadOnlyList<StartUpTime> Measure(
        IReadOnlyCollection<WorkCell> cells, IReadOnlyCollection<string> peers, int processes, Action<string> status)
    {
        string? library = peers.Contains(PeerCatalog.OnnxRuntime) ? PeerCatalog.OnnxRuntimeLibrary : null;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fastrnn-peers-");
        try
        {
            return
            [
                .. from cell in Enum.GetValues<WorkCell>()
                   where cells.Count == 0 || cells.Contains(cell)
                   from time in Measure(cell, library, processes, folder.FullName, status)
                   select time,
            ];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<StartUpTime> Measure(
        WorkCell cell, string? library, int processes, string folder, Action<string> status)
    {
        PeerWork work = StartUpMeasurement.Work(cell, HiddenSize);
        Tensors data = WorkData.Create(work);
        string weights = Path.Combine(folder, "weights"), model = Path.Combine(folder, "model");
        File.WriteAllBytes(weights, MemoryMarshal.AsBytes(WorkTensors.Parameters(work, data)));
        File.WriteAllBytes(model, OnnxModel.Create(work, data));
        string size = HiddenSize.ToString(CultureInfo.InvariantCulture);
        var peers = new Dictionary<string, string[]> { [PeerCatalog.FastRnn] = [cell.Name(), size, weights] };
        if (library is not null)
        {
            peers.Add(PeerCatalog.OnnxRuntime, [cell.Name(), size, model, library]);
        }

        Dictionary<string, List<double[]>> milliseconds = peers.Keys.ToDictionary(peer => peer, _ => new List<double[]>());
        for (int i = 0; i < processes; i++)
        {
            foreach (string peer in peers.Keys)
            {
                status($"{cell.Name()}, {peer}, process {i + 1} of {processes}");
                (string line, long started) = FreshProcess.Run([ThisProgram.ServeStartUp, .. peers[peer]]);
                milliseconds[peer].Add(Milliseconds(line, started));
            }
        }

        return peers.Keys.Select(peer =>
        {
            double Middle(int place) => Median.Of(milliseconds[peer].Select(times => times[place]));
            return new StartUpTime(peer, cell.Name(), HiddenSize, Middle(0), Middle(1), Middle(2), Middle(3), Middle(4));
        });
    }

    /// <summary>From the start to the four timestamps, and the warm steps.</summary>
    private static double[] Milliseconds(string line, long started)
    {
        long[] ticks = [.. line.Split(' ').Select(word => long.Parse(word, CultureInfo.InvariantCulture))];
        double perTick = 1e3 / Stopwatch.Frequency;
        return [.. ticks[..4].Select(tick => (tick - started) * perTick), ticks[4] * perTick];
    }
}
