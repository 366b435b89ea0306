using BenchmarkDotNet.Attributes;
using FastRnn.Benchmarks.Limits;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Benchmarks;

/// <summary>
/// The gradient of a weight matrix summed over steps and sequences, packing included: dW [H, H] += Δᵀ·X with Δ and X [960, H], as
/// of 30 steps of 32 sequences.
/// </summary>
public class GradientSumBenchmarks : LimitedBenchmarks
{
    private const int Rows = 960;

    private AlignedBuffer _delta;
    private AlignedBuffer _x;
    private AlignedBuffer _gradient;
    private AlignedBuffer _scratch;

    internal override string Caption => "The gradient of weights [H, H] summed over 960 rows, with packing.";

    public override void Setup()
    {
        base.Setup();
        _delta = RandomData.Buffer(Rows * H);
        _x = RandomData.Buffer(Rows * H);
        _gradient = RandomData.Buffer(H * H);
        _scratch = RandomData.Buffer(GradientSum.ScratchLength(H));
    }

    [Benchmark]
    public void AddOuterProducts()
        => GradientSum.AddOuterProducts(
            _delta.Slice(0, Rows * H), _x.Slice(0, Rows * H), Rows, _gradient.Slice(0, H * H), _scratch.Span);

    private protected override Work[] Parts(string benchmark) => [Work.Product(Rows, H, H)];
}
