using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Running;

namespace FastRnn.Benchmarks.Limits;

/// <summary>Leaves out what would be measured again: limits that do not depend on a parameter.</summary>
internal sealed class MeasuredFilter : IFilter
{
    public bool Predicate(BenchmarkCase benchmarkCase)
        => LimitedBenchmarks.Of(benchmarkCase).Measures(benchmarkCase.Descriptor.WorkloadMethod.Name);
}
