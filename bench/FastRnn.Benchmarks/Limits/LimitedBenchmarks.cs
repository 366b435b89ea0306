using System.Numerics;
using BenchmarkDotNet.Attributes;

namespace FastRnn.Benchmarks.Limits;

/// <summary>
/// Benchmarks over the hidden size that are measured against the multiply-adds that a core can do. The limit is a benchmark of the
/// same class, so that it is measured in the same run, right beside what it bounds.
/// </summary>
public abstract class LimitedBenchmarks
{
    private Vector<float> _factor;

    /// <summary>The hidden size; also the input size where nothing else is said.</summary>
    [Params(16, 32, 64, 128, 256, 512)]
    public int H { get; set; }

    [GlobalSetup]
    public virtual void Setup() => _factor = new Vector<float>(1f / H);

    [Benchmark]
    public float FmaPeak() => PeakLoop.Run(_factor, _factor);

    /// <summary>The parts, one after another, of what a call of the benchmark computes; needs no setup.</summary>
    internal virtual Work[] WorkOf(string benchmark) => benchmark == nameof(FmaPeak) ? [new Work(PeakLoop.Flops)] : Parts(benchmark);

    /// <summary>How many elements a call of the benchmark computes, where its time is best told by the element.</summary>
    internal virtual int? Elements(string benchmark) => null;

    /// <summary>What fraction of its limit the benchmark is to reach, if there is a goal.</summary>
    internal virtual double? Goal(string benchmark) => null;

    /// <summary>How many flops the peak amounts to in the time of the reference for the benchmark, if there is one.</summary>
    internal virtual double? ReferenceFlops(string benchmark) => null;

    /// <summary><see cref="WorkOf"/> for the benchmarks that are not limits.</summary>
    private protected abstract Work[] Parts(string benchmark);
}
