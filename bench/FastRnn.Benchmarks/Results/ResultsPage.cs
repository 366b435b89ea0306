using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Environments;
using BenchmarkDotNet.Reports;
using FastRnn.Benchmarks.Limits;

namespace FastRnn.Benchmarks.Results;

/// <summary>
/// The page of a processor: what a run of the benchmarks measured, written by that run, so that no figure is ever typed.
/// </summary>
internal static class ResultsPage
{
    /// <summary>The classes of the page, in its order.</summary>
    internal static Type[] Classes { get; } =
    [
        typeof(StreamedStepBenchmarks),
        typeof(WholeSequenceBenchmarks),
        typeof(TrainingStepBenchmarks),
        typeof(DifferingLengthsBenchmarks),
        typeof(BidirectionalBenchmarks),
        typeof(IndexInputBenchmarks),
        typeof(MatrixVectorBenchmarks),
        typeof(MatrixMatrixBenchmarks),
        typeof(GradientSumBenchmarks),
        typeof(ActivationBenchmarks),
        typeof(LayerStepBenchmarks),
        typeof(AttentionBenchmarks),
    ];

    /// <summary>Writes the page, unless a benchmark has no result.</summary>
    /// <param name="summaries">of a run</param>
    /// <param name="command">that started it</param>
    /// <param name="folder">where the page goes to</param>
    /// <returns>the page's file, or null when there is none</returns>
    internal static string? Write(IEnumerable<Summary> summaries, string command, string folder)
    {
        ResultsSection[] sections =
        [
            .. summaries
                .Where(summary => summary.BenchmarksCases.Length > 0)
                .OrderBy(summary => Array.IndexOf(Classes, summary.BenchmarksCases[0].Descriptor.Type))
                .Select(summary => new ResultsSection(summary)),
        ];
        if (sections.Length == 0 || !Array.TrueForAll(sections, section => section.IsComplete))
        {
            return null;
        }

        // Beside the page and renamed: whatever happens, the page is an old one or a new one, and whole.
        Directory.CreateDirectory(folder);
        string page = Path.Combine(folder, $"{Machine.Slug}.md");
        string unfinished = $"{page}.new";
        File.WriteAllText(unfinished, Text(sections, command));
        File.Move(unfinished, page, overwrite: true);
        return page;
    }

    private static string Text(ResultsSection[] sections, string command)
    {
        var host = HostEnvironmentInfo.GetCurrent();
        (string Name, string Value)[] facts =
        [
            ("date", DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            ("processor", string.Join(", ", ((string[])[Machine.Processor, Machine.Generation, Machine.Caches]).Where(part => part != ""))),
            ("vectors", MachineVectors.Text),
            ("system", host.OsVersion.Value),
            (".NET", $"{host.RuntimeVersion}, SDK {host.DotNetSdkVersion.Value}"),
            ("FastRnn", Version()),
            ("command", $"`{command}`"),
        ];
        IEnumerable<string> legend = WorkColumn.All.Select(column => $"- {column.ColumnName}: {column.Legend}.");
        string[] lines =
        [
            $"# Benchmarks on {Machine.Processor}, {Machine.Instructions}",
            "",
            "Written by the benchmarks; not to be edited.",
            "",
            .. facts.Select(fact => $"- {fact.Name}: {fact.Value}"),
            "",
            $"Of {sections.Sum(section => section.Rows)} rows {sections.Sum(section => section.Misses)} miss a goal; they end in ✗. "
                + "That no call allocates is a goal of every row.",
            "",
            "- ns: the least time of a call, Min; other processes only ever add to it.",
            .. legend,
            "- bytes: of managed memory, allocated by a call.",
            "",
            .. sections.Select(section => section.Write()),
        ];
        return string.Join('\n', lines).ReplaceLineEndings("\n");
    }

    private static string Version()
        => typeof(RnnModel).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
