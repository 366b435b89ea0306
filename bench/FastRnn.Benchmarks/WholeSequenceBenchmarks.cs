using BenchmarkDotNet.Attributes;
using FastRnn.Benchmarks.Limits;

namespace FastRnn.Benchmarks;

/// <summary>
/// A bare Elman layer, I = H, over whole sequences [T = 100, N, H] with N = 1 and 32. The input product takes all steps at once; the
/// recurrent one goes step by step and, with one sequence, reads all of Waa at every step.
/// </summary>
public class WholeSequenceBenchmarks : WeightLimitedBenchmarks
{
    private const int Steps = 100;
    private const int Batch = 32;

    private RnnModel _model = null!;
    private float[] _inputs = [];
    private float[] _outputs = [];

    private protected override int WeightCount => H * H;

    public override void Setup()
    {
        base.Setup();
        _model = RnnModel.Create(new RnnSpec(H, Cell.Elman(H)), seed: 7);
        _inputs = RandomData.Array(Steps * Batch * H);
        _outputs = new float[Steps * Batch * H];
    }

    [Benchmark]
    public void Run1() => Run(1);

    [Benchmark]
    public void Run32() => Run(Batch);

    private void Run(int batch)
        => _model.Run(_inputs.AsSpan(0, Steps * batch * H), _outputs.AsSpan(0, Steps * batch * H), Steps, batch);

    private protected override Work[] Parts(string benchmark)
        => benchmark == nameof(Run1)
            ? [Work.Product(Steps, H, H), Work.VectorProduct(H, H, Steps)]
            : [Work.Product(Steps * Batch, H, H), Work.Product(Steps * Batch, H, H)];
}
