using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace FastRnn.Benchmarks.Limits;

/// <summary>A measured benchmark beside the limits that were measured in the same run for the same hidden size.</summary>
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

    /// <summary>Time × peak, relative to the same of the reference.</summary>
    internal double OfReference => Seconds(Name) * Peak / _benchmarks.ReferenceFlops(Name) ?? double.NaN;

    private string Name => _case.Descriptor.WorkloadMethod.Name;

    private bool IsLimit => Name is nameof(LimitedBenchmarks.FmaPeak) or nameof(WeightLimitedBenchmarks.ReadWeights);

    private double Peak => Rate(nameof(LimitedBenchmarks.FmaPeak), work => work.Flops);

    private double Bandwidth => Rate(nameof(WeightLimitedBenchmarks.ReadWeights), work => work.WeightBytes);

    private double Rate(string name, Func<Work, double> amount)
    {
        double sum = _benchmarks.WorkOf(name).Sum(amount);
        return sum > 0 ? sum / Seconds(name) : double.NaN;
    }

    /// <summary>The least time that a call of a benchmark of the same class, job and hidden size took.</summary>
    private double Seconds(string name)
    {
        BenchmarkReport? report = _summary.Reports.FirstOrDefault(
            other => other.BenchmarkCase.Descriptor.Type == _case.Descriptor.Type
                && other.BenchmarkCase.Descriptor.WorkloadMethod.Name == name
                && other.BenchmarkCase.Job.DisplayInfo == _case.Job.DisplayInfo
                && other.BenchmarkCase.Parameters.DisplayInfo == _case.Parameters.DisplayInfo);
        return report?.ResultStatistics?.Min * 1e-9 ?? double.NaN;
    }
}
