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
    public BenchmarkConfig()
    {
        // Options on the command line come before these; --launchCount 3 spreads the iterations over more time.
        AddJob(Job.Default
            .WithWarmupCount(5)
            .WithIterationCount(15)
            .WithIterationTime(TimeInterval.FromMilliseconds(100))
            .AsDefault());
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
