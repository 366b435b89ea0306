using BenchmarkDotNet.Attributes;
using FastRnn.Benchmarks.Limits;

namespace FastRnn.Benchmarks;

/// <summary>
/// One step of one stream through a bare Elman layer, I = H, no head: Wax·x + Waa·a + b, tanh, and the state copied out.
/// </summary>
public class StreamedStepBenchmarks : WeightLimitedBenchmarks
{
    /// <summary>
    /// The peak of the machine on which the reference was measured, in flops a nanosecond. The reference is an experiment that came
    /// before the library: [Waa | Wax] packed as one matrix, tanh applied to the accumulators.
    /// </summary>
    private const double ReferencePeak = 102;

    private RnnSession _session = null!;
    private float[] _x = [];
    private float[] _y = [];

    private protected override int WeightCount => 2 * H * H;

    public override void Setup()
    {
        base.Setup();
        _session = RnnModel.Create(new RnnSpec(H, Cell.Elman(H)), seed: 7).CreateSession();
        _x = RandomData.Array(H);
        _y = new float[H];
    }

    [GlobalCleanup]
    public void Cleanup() => _session.Dispose();

    [Benchmark]
    public void Step() => _session.Step(_x, _y);

    private protected override Work[] Parts(string benchmark) => [Work.VectorProduct(H, H + H)];

    /// <summary>From the reference's times in nanoseconds.</summary>
    internal override double? ReferenceFlops(string benchmark)
        => benchmark != nameof(Step)
            ? null
            : H switch
            {
                16 => 58 * ReferencePeak,
                64 => 262 * ReferencePeak,
                128 => 1_420 * ReferencePeak,
                256 => 6_700 * ReferencePeak,
                512 => 28_500 * ReferencePeak,
                _ => null,
            };
}
