using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace FastRnn.Benchmarks.Limits;

/// <summary>A measured benchmark beside the limits that were measured in the same run.</summary>
internal sealed class WorkReport
{
    private readonly Summary _summary;
    private readonly BenchmarkCase _case;
    private readonly LimitedBenchmarks _benchmarks;

    internal WorkReport(Summary summary, BenchmarkCase benchmarkCase)
    {
        _summary = summary;
        _case = benchmarkCase;
        _benchmarks = (LimitedBenchmarks)Activator.CreateInstance(benchmarkCase.Descriptor.Type)!;
        _benchmarks.H = (int)benchmarkCase.Parameters[nameof(LimitedBenchmarks.H)];
    }

    /// <summary>Flops a second; NaN, here and below, for what the benchmark does not count or what has not been measured.</summary>
    internal double FlopsPerSecond => Rate(Name, work => work.Flops);

    /// <summary>Bytes of weights a second.</summary>
    internal double BytesPerSecond => Rate(Name, work => work.WeightBytes);

    internal double SecondsPerElement => Seconds(Name) / _benchmarks.Elements(Name) ?? double.NaN;

    /// <summary>The least time that the limits allow, relative to the time that it took.</summary>
    internal double OfLimit
        => IsLimit
            ? double.NaN
            : _benchmarks.WorkOf(Name).Sum(work => work.LeastSeconds(Peak, Bandwidth)) / Seconds(Name);

    /// <summary>What <see cref="OfLimit"/> is to be at least.</summary>
    internal double Goal => _benchmarks.Goal(Name) ?? double.NaN;

    /// <summary>Time × peak, relative to the same of the reference.</summary>
    internal double OfReference => Seconds(Name) * Peak / _benchmarks.ReferenceFlops(Name) ?? double.NaN;

    private string Name => _case.Descriptor.WorkloadMethod.Name;

    private bool IsLimit => Name is nameof(LimitedBenchmarks.FmaPeak) or nameof(WeightLimitedBenchmarks.ReadWeights);

    /// <summary>The best of all sizes, since it does not depend on the size: a moment's disturbance of one does not count.</summary>
    private double Peak
        => Reports(nameof(LimitedBenchmarks.FmaPeak))
            .Select(report => PeakLoop.Flops / LeastSeconds(report))
            .DefaultIfEmpty(double.NaN)
            .Max();

    private double Bandwidth => Rate(nameof(WeightLimitedBenchmarks.ReadWeights), work => work.WeightBytes);

    private double Rate(string name, Func<Work, double> amount)
    {
        double sum = _benchmarks.WorkOf(name).Sum(amount);
        return sum > 0 ? sum / Seconds(name) : double.NaN;
    }

    /// <summary>The least time that a call of a benchmark of the same class took for the same hidden size.</summary>
    private double Seconds(string name)
        => LeastSeconds(Reports(name).FirstOrDefault(
            report => report.BenchmarkCase.Parameters.DisplayInfo == _case.Parameters.DisplayInfo));

    private IEnumerable<BenchmarkReport> Reports(string name)
        => _summary.Reports.Where(
            report => report.BenchmarkCase.Descriptor.Type == _case.Descriptor.Type
                && report.BenchmarkCase.Descriptor.WorkloadMethod.Name == name
                && report.BenchmarkCase.Job.DisplayInfo == _case.Job.DisplayInfo);

    private static double LeastSeconds(BenchmarkReport? report) => report?.ResultStatistics?.Min * 1e-9 ?? double.NaN;
}
