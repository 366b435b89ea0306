using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Parameters;
using BenchmarkDotNet.Running;

namespace FastRnn.Benchmarks.Limits;

/// <summary>
/// Benchmarks over the hidden size that are measured against the multiply-adds that a core can do. The limit is a benchmark of the
/// same class, so that it is measured in the same run, right beside what it bounds.
/// </summary>
public abstract class LimitedBenchmarks
{
    private float _factor;

    /// <summary>The hidden size; also the input size where nothing else is said.</summary>
    [Params(16, 32, 64, 128, 256, 512)]
    public virtual int H { get; set; }

    /// <summary>What is measured, as a sentence of the page of results.</summary>
    internal abstract string Caption { get; }

    [GlobalSetup]
    public virtual void Setup() => _factor = 1f / H;

    [Benchmark]
    public float FmaPeak() => PeakLoop.Run(_factor);

    /// <summary>Benchmarks of a class as a case has them, without any setup: enough for all that is asked of them here.</summary>
    internal static LimitedBenchmarks Of(BenchmarkCase benchmarkCase)
    {
        Type type = benchmarkCase.Descriptor.Type;
        var benchmarks = (LimitedBenchmarks)Activator.CreateInstance(type)!;
        foreach (ParameterInstance parameter in benchmarkCase.Parameters.Items)
        {
            type.GetProperty(parameter.Name)!.SetValue(benchmarks, parameter.Value);
        }

        return benchmarks;
    }

    /// <summary>
    /// Whether the benchmark is measured with these parameters. The peak depends on none: early, half-way and late is enough to find a
    /// moment when nothing disturbs it.
    /// </summary>
    internal virtual bool Measures(string benchmark) => benchmark != nameof(FmaPeak) || H is 16 or 128 or 512;

    /// <summary>The parts, one after another, of what a call of the benchmark computes; needs no setup.</summary>
    internal virtual Work[] WorkOf(string benchmark) => benchmark == nameof(FmaPeak) ? [new Work(PeakLoop.Flops)] : Parts(benchmark);

    /// <summary>How many elements a call of the benchmark computes, where its time is best told by the element.</summary>
    internal virtual int? Elements(string benchmark) => null;

    /// <summary>What fraction of its limit the benchmark is to reach, if there is a goal.</summary>
    internal virtual double? Goal(string benchmark) => null;

    /// <summary>How many flops the peak amounts to in the time of the reference for the benchmark, if there is one.</summary>
    internal virtual double? ReferenceFlops(string benchmark) => null;

    /// <summary>What fraction of the reference's time the benchmark may take at most, if there is a goal.</summary>
    internal virtual double? ReferenceGoal(string benchmark) => null;

    /// <summary><see cref="WorkOf"/> for the benchmarks that are not limits.</summary>
    private protected abstract Work[] Parts(string benchmark);
}
