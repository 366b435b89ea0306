using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace FastRnn.Benchmarks.Limits;

/// <summary>A column that tells of a benchmark's least time what it amounts to. It is left out where no row has a value.</summary>
internal sealed class WorkColumn : IColumn
{
    private readonly string _format;
    private readonly Func<WorkReport, double> _value;

    private WorkColumn(string name, string format, Func<WorkReport, double> value, string legend)
    {
        ColumnName = name;
        Legend = legend;
        _format = format;
        _value = value;
    }

    internal static WorkColumn[] All { get; } =
    [
        new WorkColumn("ns/element", "0.00", report => report.SecondsPerElement * 1e9, "Min by the element"),
        new WorkColumn("GFLOP/s", "0.0", report => report.FlopsPerSecond * 1e-9, "Multiplications and additions a second, by Min"),
        new WorkColumn("GB/s", "0.0", report => report.BytesPerSecond * 1e-9, "Bytes of weights read a second, by Min"),
        new WorkColumn(
            "Of limit", "0.0 %", report => report.OfLimit,
            "The least possible time / Min, the least possible time being the longer of flops / the best FmaPeak and bytes / ReadWeights "
            + "of as many weights (where there is one), added up over parts that follow one another"),
        new WorkColumn("Goal", "0 %", report => report.Goal, "What Of limit is to be at least"),
        new WorkColumn(
            "Of reference", "0.00", report => report.OfReference,
            "Min · the best FmaPeak / (reference time · reference peak): below 1 is faster than the reference"),
        new WorkColumn("At most", "0.00", report => report.ReferenceGoal, "What Of reference is to be at most"),
    ];

    public string Id => $"{nameof(WorkColumn)}.{ColumnName}";

    public string ColumnName { get; }

    public string Legend { get; }

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => Array.IndexOf(All, this);

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary)
        => summary.BenchmarksCases.Any(benchmarkCase => double.IsFinite(_value(new WorkReport(summary, benchmarkCase))));

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        double value = _value(new WorkReport(summary, benchmarkCase));
        return double.IsFinite(value) ? value.ToString(_format, CultureInfo.InvariantCulture) : "-";
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);
}
