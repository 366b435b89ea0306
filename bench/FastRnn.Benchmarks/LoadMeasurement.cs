using System.Diagnostics;
using System.Runtime.InteropServices;
using FastRnn.Layers;
using FastRnn.Memory;
using FastRnn.Serialization;

namespace FastRnn.Benchmarks;

/// <summary>
/// The time of loading a model of 64 MiB, beside that of reading as many bytes and packing them, in turn, from a file that the system's
/// cache holds; and the bytes that loading allocates beyond the packed weights, which bound its memory at the peak from above. Not one
/// of BenchmarkDotNet's: a round takes a file, and its limit is another thing than multiply-adds.
/// </summary>
internal static class LoadMeasurement
{
    private const int Rounds = 15;
    private const double MiB = 1 << 20;
    private const double TimeGoal = 1.5, MemoryGoal = 1.3;

    /// <summary>Two layers of 4·H·(2·H + 1) weights each.</summary>
    private static readonly RnnSpec Spec = new(1024, Cell.Lstm(1024), Cell.Lstm(1024));

    internal static void Run()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fastrnn-load-");
        try
        {
            string path = Path.Combine(folder.FullName, "model.safetensors");
            RnnModel.Create(Spec, seed: 7).Save(path);
            double fileLength = new FileInfo(path).Length;
            var baseline = new List<double>();
            var loading = new List<double>();
            for (int round = 0; round < Rounds; round++)
            {
                baseline.Add(Time(() => ReadAndPack(path)));
                loading.Add(Time(() => RnnModel.Load(path)));
            }

            long packed = Allocated(() => new Network(Spec, BackwardScope.None));
            long loaded = Allocated(() => RnnModel.Load(path));
            double time = loading.Min() / baseline.Min(), memory = (loaded - packed) / fileLength;
            Console.WriteLine($"file                           {fileLength / MiB,8:F1} MiB");
            Console.WriteLine($"reading and packing its bytes  {baseline.Min(),8:F1} ms, median {Median(baseline):F1} ms");
            Console.WriteLine($"loading                        {loading.Min(),8:F1} ms, median {Median(loading):F1} ms");
            Console.WriteLine($"times as long                  {time,8:F2} (at most {TimeGoal})");
            Console.WriteLine($"packed weights                 {packed / MiB,8:F1} MiB");
            Console.WriteLine($"allocated beyond them          {(loaded - packed) / MiB,8:F1} MiB");
            Console.WriteLine($"times the file                 {memory,8:F2} (at most {MemoryGoal})");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>No header, no checks: the last bytes of the file, to memory of their own, and packed.</summary>
    private static Network ReadAndPack(string path)
    {
        var network = new Network(Spec, BackwardScope.None);
        var parameters = new ParameterBuffer(network.Layout);
        using (FileStream stream = File.OpenRead(path))
        {
            Span<byte> bytes = MemoryMarshal.AsBytes(parameters.All);
            stream.Position = stream.Length - bytes.Length;
            stream.ReadExactly(bytes);
        }

        network.Pack(parameters);
        return network;
    }

    /// <summary>Milliseconds, from a heap without what came before.</summary>
    private static double Time(Func<object> run)
    {
        GC.Collect();
        long start = Stopwatch.GetTimestamp();
        object result = run();
        double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        GC.KeepAlive(result);
        return time;
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private static long Allocated(Func<object> run)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        object result = run();
        long after = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(result);
        return after - before;
    }
}
