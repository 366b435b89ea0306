using BenchmarkDotNet.Attributes;
using FastRnn.Benchmarks.Limits;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Benchmarks;

/// <summary>The kernel of a streamed step: W [H, H] packed, times one vector [H].</summary>
public class MatrixVectorBenchmarks : WeightLimitedBenchmarks
{
    private PackedMatrix _matrix = null!;
    private AlignedBuffer _x;
    private AlignedBuffer _y;

    internal override string Caption => "Weights [H, H], packed, times one vector.";

    private protected override int WeightCount => H * H;

    public override void Setup()
    {
        base.Setup();
        _matrix = new PackedMatrix(H, H);
        _matrix.Pack(RandomData.Array(H * H));
        _x = RandomData.Buffer(H);
        _y = RandomData.Buffer(H);
    }

    [Benchmark]
    public void Multiply() => Product.Multiply(_matrix, _x.Slice(0, H), 1, _y.Slice(0, H));

    internal override double? Goal(string benchmark) => benchmark == nameof(Multiply) && H >= 64 ? 0.75 : null;

    private protected override Work[] Parts(string benchmark) => [Work.VectorProduct(H, H)];
}
