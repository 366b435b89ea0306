using BenchmarkDotNet.Attributes;
using FastRnn.Benchmarks.Limits;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Benchmarks;

/// <summary>The kernel of a step of a batch: W [H, H] packed, times 8 or 30 vectors [N, H].</summary>
public class MatrixMatrixBenchmarks : LimitedBenchmarks
{
    private PackedMatrix _matrix = null!;
    private AlignedBuffer _x;
    private AlignedBuffer _y;

    internal override string Caption => "Weights [H, H], packed, times 8 and 30 vectors.";

    public override void Setup()
    {
        base.Setup();
        _matrix = new PackedMatrix(H, H);
        _matrix.Pack(RandomData.Array(H * H));
        _x = RandomData.Buffer(30 * H);
        _y = RandomData.Buffer(30 * H);
    }

    [Benchmark]
    public void Multiply8() => Multiply(8);

    [Benchmark]
    public void Multiply30() => Multiply(30);

    private void Multiply(int rows) => Product.Multiply(_matrix, _x.Slice(0, rows * H), rows, _y.Slice(0, rows * H));

    internal override double? Goal(string benchmark) => benchmark == nameof(Multiply30) && H >= 64 ? 0.85 : null;

    private protected override Work[] Parts(string benchmark) => [Work.Product(benchmark == nameof(Multiply8) ? 8 : 30, H, H)];
}
