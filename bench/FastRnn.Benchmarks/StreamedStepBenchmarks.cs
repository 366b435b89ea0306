using BenchmarkDotNet.Attributes;
using FastRnn.Benchmarks.Limits;

namespace FastRnn.Benchmarks;

/// <summary>
/// One step of one stream through a bare recurrent layer, I = H, no head: both products, the cell's arithmetic, and the output copied out.
/// </summary>
public class StreamedStepBenchmarks : WeightLimitedBenchmarks
{
    /// <summary>
    /// The peak of the machine on which the reference was measured, in flops a nanosecond. The reference is an experiment that came
    /// before the library: both matrices packed as one, activations applied to the accumulators.
    /// </summary>
    private const double ReferencePeak = 102;

    private RnnSession _session = null!;
    private float[] _x = [];
    private float[] _y = [];

    /// <summary>Behind the hidden size in order, so that all cells of a size are measured close to its limits.</summary>
    [ParamsAllValues(Priority = 1)]
    public BenchmarkCell Cell { get; set; }

    internal override string Caption => "One step of one stream through a bare recurrent layer with H inputs.";

    private protected override int WeightCount => Cell.Matrices().All * H * H;

    public override void Setup()
    {
        base.Setup();
        _session = RnnModel.Create(new RnnSpec(H, Cell.Create(H)), seed: 7).CreateSession();
        _x = RandomData.Array(H);
        _y = new float[H];
    }

    [GlobalCleanup]
    public void Cleanup() => _session.Dispose();

    [Benchmark]
    public void Step() => _session.Step(_x, _y);

    internal override bool Measures(string benchmark) => base.Measures(benchmark) && Cell.Measures(benchmark);

    internal override double? Goal(string benchmark) => benchmark == nameof(Step) && Cell.IsGated() && H >= 64 ? 0.75 : null;

    internal override double? ReferenceFlops(string benchmark)
        => benchmark == nameof(Step) ? ReferenceNanoseconds() * ReferencePeak : null;

    /// <summary>Variants of GRU and LSTM do more than the reference did, and so have no goal.</summary>
    internal override double? ReferenceGoal(string benchmark)
        => ReferenceFlops(benchmark) is null
            ? null
            : Cell switch
            {
                BenchmarkCell.Elman => 1.15,
                BenchmarkCell.Gru => 0.75,
                BenchmarkCell.Lstm => 0.85,
                _ => null,
            };

    private protected override Work[] Parts(string benchmark) => [Work.VectorProduct(H, Cell.Matrices().All * H)];

    private double? ReferenceNanoseconds()
        => (Cell, H) switch
        {
            (BenchmarkCell.Elman, 16) => 58,
            (BenchmarkCell.Elman, 64) => 262,
            (BenchmarkCell.Elman, 128) => 1_420,
            (BenchmarkCell.Elman, 256) => 6_700,
            (BenchmarkCell.Elman, 512) => 28_500,
            ( >= BenchmarkCell.Gru, 16) => 134,
            ( >= BenchmarkCell.Gru, 32) => 361,
            _ => null,
        };
}
