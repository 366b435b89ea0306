using BenchmarkDotNet.Attributes;
using FastRnn.Benchmarks.Limits;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Benchmarks;

/// <summary>The activations of a step: y = g(x), elementwise, [H].</summary>
public class ActivationBenchmarks : LimitedBenchmarks
{
    /// <summary>
    /// One yardstick for all: a rational function of degree 13 over 6 takes two clamps, a square, six and three multiply-adds, a
    /// product and a quotient.
    /// </summary>
    private const double FlopsPerElement = 2 + 1 + 2 * 6 + 2 * 3 + 1 + 1;

    private AlignedBuffer _x;
    private AlignedBuffer _y;

    internal override string Caption => "Activations, elementwise, of H values.";

    public override void Setup()
    {
        base.Setup();
        _x = RandomData.Buffer(H);
        _y = RandomData.Buffer(H);
    }

    [Benchmark]
    public void Tanh() => Elementwise.Map(default(Applied<TanhActivation>), _x.Slice(0, H), _y.Slice(0, H));

    [Benchmark]
    public void Sigmoid() => Elementwise.Map(default(Applied<SigmoidActivation>), _x.Slice(0, H), _y.Slice(0, H));

    internal override int? Elements(string benchmark) => benchmark == nameof(FmaPeak) ? null : H;

    private protected override Work[] Parts(string benchmark) => [new Work(FlopsPerElement * H)];
}
