using BenchmarkDotNet.Attributes;
using FastRnn.Benchmarks.Limits;
using FastRnn.Training;

namespace FastRnn.Benchmarks;

/// <summary>
/// A whole training step (forward, back-propagation through time, update by Adam) of an Elman layer, I = H, with a linear head, O = 1,
/// on sequences [T = 100, N = 32, H].
/// </summary>
public class TrainingStepBenchmarks : LimitedBenchmarks
{
    private const int Steps = 100;
    private const int Batch = 32;

    private RnnTrainer _trainer = null!;
    private float[] _inputs = [];
    private float[] _targets = [];

    public override void Setup()
    {
        base.Setup();
        _trainer = new RnnTrainer(new RnnSpec(H, Cell.Elman(H), Layer.Dense(1)), new Adam(), Loss.SquaredError, seed: 7);
        _inputs = RandomData.Array(Steps * Batch * H);
        _targets = RandomData.Array(Steps * Batch);
    }

    [GlobalCleanup]
    public void Cleanup() => _trainer.Dispose();

    [Benchmark]
    public TrainingStep Step() => _trainer.Step(_inputs, _targets, Steps, Batch);

    /// <summary>
    /// Forward: Wax, Waa, Wya. Backward: the gradients of these three, Wyaᵀ·∂L/∂o, and Waaᵀ·δ from every step but the first.
    /// </summary>
    private protected override Work[] Parts(string benchmark)
    {
        const int Rows = Steps * Batch;
        return
        [
            Work.Product(Rows, H, H + H + 1),
            Work.Product(Rows, H, H + H + 1),
            Work.Product(Rows, H, 1),
            Work.Product(Rows - Batch, H, H),
        ];
    }
}
