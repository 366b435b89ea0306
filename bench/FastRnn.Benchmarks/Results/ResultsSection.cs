using System.Globalization;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using FastRnn.Benchmarks.Limits;

namespace FastRnn.Benchmarks.Results;

/// <summary>The page's part about one class of benchmarks: what is measured, a table, and the limits beside it.</summary>
internal sealed class ResultsSection
{
    private const string Missed = "✗";

    private readonly Summary _summary;
    private readonly WorkReport[] _reports;
    private readonly BenchmarkCase[] _cases;

    internal ResultsSection(Summary summary)
    {
        _summary = summary;
        _cases = [.. summary.BenchmarksCases.Order(Comparer<BenchmarkCase>.Create(Compare))];
        _reports = [.. _cases.Select(benchmarkCase => new WorkReport(summary, benchmarkCase))];
    }

    /// <summary>How many rows the table has.</summary>
    internal int Rows => _reports.Count(report => !report.IsLimit);

    /// <summary>How many of them miss a goal.</summary>
    internal int Misses => _reports.Count(report => report.Misses);

    /// <summary>Whether all has been measured.</summary>
    internal bool IsComplete => _reports.Length > 0 && _reports.All(report => double.IsFinite(report.Nanoseconds));

    internal string Write()
    {
        Type type = _cases[0].Descriptor.Type;
        string[] parameters = [.. Parameters(_cases[0])];
        WorkColumn[] columns = [.. WorkColumn.All.Where(column => column.IsAvailable(_summary))];
        string[] header = ["benchmark", .. parameters, "ns", .. columns.Select(column => column.ColumnName), "bytes", ""];
        string[][] rows =
        [
            .. _reports.Index().Where(entry => !entry.Item.IsLimit).Select(entry => (string[])
            [
                Method(_cases[entry.Index]),
                .. parameters.Select(name => $"{_cases[entry.Index].Parameters[name]}"),
                Nanoseconds(entry.Item.Nanoseconds),
                .. columns.Select(column => column.GetValue(_summary, _cases[entry.Index])),
                $"{entry.Item.AllocatedBytes}",
                entry.Item.Misses ? Missed : "",
            ]),
        ];
        int words = parameters.TakeWhile(name => name != nameof(LimitedBenchmarks.H)).Count() + 1;
        return $"""
            ## {type.Name.Replace("Benchmarks", "", StringComparison.Ordinal)}

            {LimitedBenchmarks.Of(_cases[0]).Caption}

            {MarkdownTable.Write(header, words, rows)}
            {Limits()}
            """;
    }

    /// <summary>One line: the peak, and the bandwidth by the size of what is read.</summary>
    private string Limits()
    {
        IEnumerable<string> peak = Of(nameof(LimitedBenchmarks.FmaPeak))
            .Select(report => report.FlopsPerSecond * 1e-9)
            .OrderDescending()
            .Take(1)
            .Select(rate => string.Create(CultureInfo.InvariantCulture, $"{rate:0.0} GFLOP/s"));
        IEnumerable<string> bandwidths = Of(nameof(WeightLimitedBenchmarks.ReadWeights))
            .GroupBy(report => report.ReadKibibytes, report => report.BytesPerSecond * 1e-9)
            .OrderBy(rates => rates.Key)
            .Select(rates => string.Create(CultureInfo.InvariantCulture, $"{rates.Key:0.#} KiB {rates.Max():0}"));
        string read = string.Join(", ", bandwidths);
        string[] limits = [.. peak, .. read.Length > 0 ? [$"weights read, in GB/s: {read}"] : Array.Empty<string>()];
        return $"Limits: {(limits.Length > 0 ? string.Join("; ", limits) : "not measured")}.\n";

        IEnumerable<WorkReport> Of(string name)
            => _reports.Zip(_cases).Where(pair => Method(pair.Second) == name).Select(pair => pair.First);
    }

    private static string Nanoseconds(double value)
        => value.ToString(value < 100 ? "0.0" : "#,##0", CultureInfo.InvariantCulture);

    private static string Method(BenchmarkCase benchmarkCase) => benchmarkCase.Descriptor.WorkloadMethod.Name;

    /// <summary>The hidden size last: a reader follows one cell through the sizes.</summary>
    private static IEnumerable<string> Parameters(BenchmarkCase benchmarkCase)
        => benchmarkCase.Parameters.Items.Select(parameter => parameter.Name).OrderBy(name => name == nameof(LimitedBenchmarks.H));

    private static int Compare(BenchmarkCase left, BenchmarkCase right)
    {
        int order = left.Descriptor.MethodIndex.CompareTo(right.Descriptor.MethodIndex);
        foreach (string name in Parameters(left))
        {
            order = order != 0 ? order : Comparer<object>.Default.Compare(left.Parameters[name], right.Parameters[name]);
        }

        return order;
    }
}
