using BenchmarkDotNet.Attributes;
using FastRnn.Benchmarks.Limits;

namespace FastRnn.Benchmarks;

/// <summary>
/// A bare recurrent layer, I = H, over whole sequences [T = 100, N, H] with N = 1 and 32. The input product takes all steps at once; the
/// recurrent one goes step by step and, with one sequence, reads all of its weights at every step.
/// </summary>
public class WholeSequenceBenchmarks : WeightLimitedBenchmarks
{
    private const int Steps = 100;
    private const int Batch = 32;

    private RnnModel _model = null!;
    private float[] _inputs = [];
    private float[] _outputs = [];

    [ParamsAllValues(Priority = 1)]
    public BenchmarkCell Cell { get; set; }

    internal override string Caption
        => "Whole sequences of 100 steps through a bare recurrent layer with H inputs: one sequence, and a batch of 32.";

    private protected override int WeightCount => Cell.Matrices().Recurrent * H * H;

    public override void Setup()
    {
        base.Setup();
        _model = RnnModel.Create(new RnnSpec(H, Cell.Create(H)), seed: 7);
        _inputs = RandomData.Array(Steps * Batch * H);
        _outputs = new float[Steps * Batch * H];
    }

    [Benchmark]
    public void Run1() => Run(1);

    [Benchmark]
    public void Run32() => Run(Batch);

    internal override bool Measures(string benchmark) => base.Measures(benchmark) && Cell.Measures(benchmark);

    internal override double? Goal(string benchmark)
        => benchmark == nameof(Run32) && Cell != BenchmarkCell.Elman && H >= 128 ? 0.8 : null;

    private void Run(int batch)
        => _model.Run(
            _inputs.AsSpan(0, Steps * batch * H), _outputs.AsSpan(0, Steps * batch * H), new() { Steps = Steps, Sequences = batch });

    private protected override Work[] Parts(string benchmark)
    {
        CellMatrices matrices = Cell.Matrices();
        return benchmark == nameof(Run1)
            ? [Work.Product(Steps, H, matrices.Input * H), Work.VectorProduct(H, matrices.Recurrent * H, Steps)]
            : [Work.Product(Steps * Batch, H, matrices.All * H)];
    }
}
