using BenchmarkDotNet.Attributes;
using FastRnn.Memory;

namespace FastRnn.Benchmarks.Limits;

/// <summary>Benchmarks that read all weights for one vector, and so are also measured against reading as many bytes.</summary>
public abstract class WeightLimitedBenchmarks : LimitedBenchmarks
{
    private AlignedBuffer _weights;

    /// <summary>How many floats of weights are read over and over: they decide from which cache.</summary>
    private protected abstract int WeightCount { get; }

    /// <summary>How many floats <see cref="ReadWeights"/> reads over: as many for benchmarks that share a bandwidth.</summary>
    internal int ReadLength => (WeightCount + ReadLoop.PieceLength - 1) / ReadLoop.PieceLength * ReadLoop.PieceLength;

    public override void Setup()
    {
        base.Setup();
        _weights = RandomData.Buffer(ReadLength);
    }

    [Benchmark]
    public float ReadWeights() => ReadLoop.Run(_weights.Slice(0, ReadLength));

    internal override Work[] WorkOf(string benchmark)
        => benchmark == nameof(ReadWeights) ? [new Work(0, ReadLoop.Bytes(ReadLength))] : base.WorkOf(benchmark);
}
