using BenchmarkDotNet.Attributes;
using FastRnn.Benchmarks.Limits;

namespace FastRnn.Benchmarks;

/// <summary>A bidirectional LSTM, I = H, over whole sequences [T = 100, N, H] with N = 1 and 32: twice the work of one direction.</summary>
public class BidirectionalBenchmarks : WeightLimitedBenchmarks
{
    private const int Steps = 100;
    private const int Batch = 32;

    private RnnModel _model = null!;
    private float[] _inputs = [];
    private float[] _outputs = [];

    [Params(128)]
    public override int H { get; set; }

    internal override string Caption => "A bidirectional LSTM with H inputs over 100 steps: one sequence, and a batch of 32.";

    /// <summary>Those of one direction, which runs to its end before the other starts.</summary>
    private protected override int WeightCount => 4 * H * H;

    public override void Setup()
    {
        base.Setup();
        _model = RnnModel.Create(new RnnSpec(H, Cell.Bidirectional(Cell.Lstm(H))), seed: 7);
        _inputs = RandomData.Array(Steps * Batch * H);
        _outputs = new float[Steps * Batch * 2 * H];
    }

    [Benchmark]
    public void Run1() => Run(1);

    [Benchmark]
    public void Run32() => Run(Batch);

    private void Run(int batch)
        => _model.Run(
            _inputs.AsSpan(0, Steps * batch * H), _outputs.AsSpan(0, Steps * batch * 2 * H), new() { Steps = Steps, Sequences = batch });

    private protected override Work[] Parts(string benchmark)
        => benchmark == nameof(Run1)
            ? [Work.Product(Steps, 2 * 4 * H, H), Work.VectorProduct(4 * H, H, 2 * Steps)]
            : [Work.Product(Steps * Batch, 2 * 4 * H, H + H)];
}
