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
        _benchmarks = LimitedBenchmarks.Of(benchmarkCase);
    }

    /// <summary>Flops a second; NaN, here and below, for what the benchmark does not count or what has not been measured.</summary>
    internal double FlopsPerSecond => Rate(work => work.Flops);

    /// <summary>Bytes of weights a second.</summary>
    internal double BytesPerSecond => Rate(work => work.WeightBytes);

    internal double SecondsPerElement => Seconds / _benchmarks.Elements(Name) ?? double.NaN;

    /// <summary>The least time that the limits allow, relative to the time that it took.</summary>
    internal double OfLimit
        => IsLimit
            ? double.NaN
            : _benchmarks.WorkOf(Name).Sum(work => work.LeastSeconds(Peak, Bandwidth)) / Seconds;

    /// <summary>What <see cref="OfLimit"/> is to be at least.</summary>
    internal double Goal => _benchmarks.Goal(Name) ?? double.NaN;

    /// <summary>Time × peak, relative to the same of the reference.</summary>
    internal double OfReference => Seconds * Peak / _benchmarks.ReferenceFlops(Name) ?? double.NaN;

    /// <summary>What <see cref="OfReference"/> is to be at most.</summary>
    internal double ReferenceGoal => _benchmarks.ReferenceGoal(Name) ?? double.NaN;

    /// <summary>The least time of a call.</summary>
    internal double Nanoseconds => Seconds * 1e9;

    /// <summary>What the bandwidth limit reads over and over; NaN where it is none.</summary>
    internal double ReadKibibytes => (_benchmarks as WeightLimitedBenchmarks)?.ReadLength * sizeof(float) / 1024.0 ?? double.NaN;

    /// <summary>Bytes of managed memory a call; null when that has not been measured.</summary>
    internal long? AllocatedBytes => Own?.GcStats.GetBytesAllocatedPerOperation(_case);

    /// <summary>Whether it is slower than its goals say, or allocates.</summary>
    internal bool Misses => !IsLimit && (OfLimit < Goal || OfReference > ReferenceGoal || AllocatedBytes > 0);

    internal bool IsLimit => Name is nameof(LimitedBenchmarks.FmaPeak) or nameof(WeightLimitedBenchmarks.ReadWeights);

    private string Name => _case.Descriptor.WorkloadMethod.Name;

    private BenchmarkReport? Own
        => Reports(Name).FirstOrDefault(report => report.BenchmarkCase.Parameters.DisplayInfo == _case.Parameters.DisplayInfo);

    /// <summary>The best of all sizes, since it does not depend on the size: a moment's disturbance of one does not count.</summary>
    private double Peak
        => Reports(nameof(LimitedBenchmarks.FmaPeak))
            .Select(report => PeakLoop.Flops / LeastSeconds(report))
            .DefaultIfEmpty(double.NaN)
            .Max();

    /// <summary>By the size of the weights, not by the parameters: cells of one size are measured once.</summary>
    private double Bandwidth
    {
        get
        {
            if (_benchmarks is not WeightLimitedBenchmarks benchmarks)
            {
                return double.NaN;
            }

            const string Read = nameof(WeightLimitedBenchmarks.ReadWeights);
            BenchmarkReport? report = Reports(Read).FirstOrDefault(
                report => ((WeightLimitedBenchmarks)LimitedBenchmarks.Of(report.BenchmarkCase)).ReadLength == benchmarks.ReadLength);
            return benchmarks.WorkOf(Read).Sum(work => work.WeightBytes) / LeastSeconds(report);
        }
    }

    /// <summary>The least time that a call took.</summary>
    private double Seconds => LeastSeconds(Own);

    private double Rate(Func<Work, double> amount)
    {
        double sum = _benchmarks.WorkOf(Name).Sum(amount);
        return sum > 0 ? sum / Seconds : double.NaN;
    }

    private IEnumerable<BenchmarkReport> Reports(string name)
        => _summary.Reports.Where(
            report => report.BenchmarkCase.Descriptor.Type == _case.Descriptor.Type
                && report.BenchmarkCase.Descriptor.WorkloadMethod.Name == name
                && report.BenchmarkCase.Job.DisplayInfo == _case.Job.DisplayInfo);

    private static double LeastSeconds(BenchmarkReport? report) => report?.ResultStatistics?.Min * 1e-9 ?? double.NaN;
}
