using System.Diagnostics;
using System.Runtime.InteropServices;
using FastRnn.Layers;
using FastRnn.Memory;
using FastRnn.Onnx;
using FastRnn.Serialization;

namespace FastRnn.Benchmarks;

/// <summary>
/// The time of loading a model of 64 MiB from a file of each format, beside that of reading and packing the same weights, in turn, from
/// files that the system's cache holds; and the bytes that loading allocates beyond the packed weights, which bound its memory at the peak
/// from above. Not one of BenchmarkDotNet's: a round takes a file, and its limit is another thing than multiply-adds.
/// </summary>
internal static class LoadMeasurement
{
    private const int Rounds = 15;
    private const double MiB = 1 << 20;
    private const double TimeGoal = 1.5, MemoryGoal = 1.3;

    /// <summary>Two layers of 4·H·(2·H + 1) weights each.</summary>
    private static readonly RnnSpec Spec = new(1024, Cell.Lstm(1024), Cell.Lstm(1024));

    private static readonly (string Name, Action<RnnModel, string> Save, Func<string, object> Load)[] Formats =
    [
        ("FastRnn", (model, path) => model.Save(path), RnnModel.Load),
        ("FastRnn, BF16", (model, path) => model.Save(path, StoredType.BF16), RnnModel.Load),
        ("PyTorch", (model, path) => model.SavePyTorch(path), path => RnnModel.FromPyTorch(path)),
        ("Keras", (model, path) => model.SaveKeras(path), path => RnnModel.FromKeras(path)),
        ("ONNX", OnnxExport.Save, OnnxModel.Load),
    ];

    /// <summary>Prints the figures; returns whether the library's own format keeps to the goals.</summary>
    internal static bool Run()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fastrnn-load-");
        try
        {
            RnnModel model = RnnModel.Create(Spec, seed: 7);
            double size = model.ParameterCount * (double)sizeof(float);
            long packed = Allocated(() => new Network(Spec, GradientScope.None));
            string[] paths = [.. Formats.Select((_, i) => Path.Combine(folder.FullName, $"{i}"))];
            for (int i = 0; i < paths.Length; i++)
            {
                Formats[i].Save(model, paths[i]);
            }

            var baseline = new List<double>();
            List<double>[] loading = [.. Formats.Select(_ => new List<double>())];
            for (int round = 0; round < Rounds; round++)
            {
                baseline.Add(Time(() => ReadAndPack(paths[0])));
                for (int i = 0; i < paths.Length; i++)
                {
                    loading[i].Add(Time(() => Formats[i].Load(paths[i])));
                }
            }

            Console.WriteLine($"A model of {size / MiB:F1} MiB, packed {packed / MiB:F1} MiB; {Rounds} rounds.");
            Console.WriteLine("                        file         least     median   times reading   beyond packed   times its size");
            Console.WriteLine($"{$"(at most {TimeGoal})",69} {$"(at most {MemoryGoal})",32}");
            bool isWithin = true;
            Console.WriteLine($"reading and packing            {baseline.Min(),8:F1} ms {Median(baseline),8:F1} ms");
            for (int i = 0; i < paths.Length; i++)
            {
                double beyond = Allocated(() => Formats[i].Load(paths[i])) - packed;
                double times = loading[i].Min() / baseline.Min();
                Console.WriteLine(
                    $"{Formats[i].Name,-18} {new FileInfo(paths[i]).Length / MiB,6:F1} MiB {loading[i].Min(),8:F1} ms "
                    + $"{Median(loading[i]),8:F1} ms {times,15:F2} {beyond / MiB,11:F1} MiB {beyond / size,16:F2}");
                isWithin &= i > 0 || (times <= TimeGoal && beyond <= MemoryGoal * size);
            }

            return isWithin;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>No header, no checks: the last bytes of the file, to memory of their own, and packed.</summary>
    private static Network ReadAndPack(string path)
    {
        var network = new Network(Spec, GradientScope.None);
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
