using BenchmarkDotNet.Analysers;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Order;
using FastRnn.Benchmarks.Limits;
using Perfolizer.Horology;

namespace FastRnn.Benchmarks;

/// <summary>How every benchmark runs and what its table shows.</summary>
/// <remarks>
/// Other processes on the machine only ever add time, so the least of many short iterations is what the code takes: rates and
/// fractions are computed from it, for a benchmark and its limits alike, and the median stands beside it to show the noise.
/// </remarks>
internal sealed class BenchmarkConfig : ManualConfig
{
    /// <param name="withJob">whether to run as here set, not as a job on the command line says</param>
    public BenchmarkConfig(bool withJob)
    {
        if (withJob)
        {
            // Two processes, since what a process gets in physical pages decides how much of a second-level cache it can use. On
            // a busy machine --launchCount 5 spreads the iterations over more time; such an option replaces the value set here.
            AddJob(Job.Default
                .WithLaunchCount(2)
                .WithWarmupCount(5)
                .WithIterationCount(10)
                .WithIterationTime(TimeInterval.FromMilliseconds(100))
                .AsDefault());
        }

        AddFilter(new MeasuredFilter());
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumnProvider(DefaultColumnProviders.Descriptor, DefaultColumnProviders.Job, DefaultColumnProviders.Params);
        AddColumn(StatisticColumn.Min, StatisticColumn.Median);
        AddColumn(WorkColumn.All);
        AddColumnProvider(DefaultColumnProviders.Metrics);
        AddLogger(ConsoleLogger.Default);
        AddExporter(MarkdownExporter.GitHub);
        AddAnalyser(EnvironmentAnalyser.Default);
        AddValidator([.. DefaultConfig.Instance.GetValidators()]);
        WithOrderer(new DefaultOrderer(SummaryOrderPolicy.Method));
    }
}
