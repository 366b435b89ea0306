using System.Numerics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace FastRnn.Benchmarks.Results;

/// <summary>What the results were measured on: enough to tell one processor's page from another's, and nothing about whose it is.</summary>
internal static class Machine
{
    private const string ProcessorFile = "/proc/cpuinfo";
    private const string CacheFolder = "/sys/devices/system/cpu/cpu0/cache";

    /// <summary>The processor's name, as Linux tells it, or as Windows does.</summary>
    internal static string Processor { get; }
        = Value("model name") ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "unknown";

    /// <summary>Virtual machines often hide the model behind a family's name; the numbers tell generations apart all the same.</summary>
    internal static string Generation { get; }
        = Value("cpu family") is { } family && Value("model") is { } model ? $"family {family} model {model}" : "";

    /// <summary>The first core's caches, where the system tells.</summary>
    internal static string Caches { get; } = string.Join(", ", CachesIn(CacheFolder));

    /// <summary>The widest vectors that the processor and the runtime agree on; those of the library.</summary>
    internal static string Instructions
        => Avx512F.IsSupported ? "AVX-512"
            : Avx2.IsSupported ? "AVX2"
            : Vector.IsHardwareAccelerated && AdvSimd.IsSupported ? "NEON"
            : Vector.IsHardwareAccelerated ? "SSE"
            : "scalar";

    /// <summary>The name of the processor's page.</summary>
    internal static string Slug => SlugOf($"{Processor} {Generation} {Instructions.Replace("-", "", StringComparison.Ordinal)}");

    /// <summary>What the system tells of the first core under a name.</summary>
    private static string? Value(string name)
        => Lines(ProcessorFile).Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
            .FirstOrDefault(parts => parts.Length == 2 && parts[0] == name)?[1];

    private static IEnumerable<string> CachesIn(string folder)
        => from index in (Directory.Exists(folder) ? Directory.GetDirectories(folder, "index*") : []).Order()
           let type = Text(index, "type")
           where type != "Instruction"
           select $"L{Text(index, "level")} {Text(index, "size")}";

    private static string Text(string folder, string name) => Lines(Path.Combine(folder, name)).FirstOrDefault("?").Trim();

    private static string[] Lines(string file) => File.Exists(file) ? File.ReadAllLines(file) : [];

    private static string SlugOf(string name)
    {
        var slug = new StringBuilder();
        foreach (char letter in name)
        {
            if (char.IsAsciiLetterOrDigit(letter))
            {
                slug.Append(char.ToLowerInvariant(letter));
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        return slug.ToString().TrimEnd('-');
    }
}
