using BenchmarkDotNet.Attributes;
using FastRnn.Benchmarks.Limits;
using FastRnn.Training;

namespace FastRnn.Benchmarks;

/// <summary>
/// A whole training step (forward, back-propagation through time, update by Adam) of a recurrent layer, I = H, with a linear head, O = 1,
/// on sequences [T = 100, N = 32, H].
/// </summary>
public class TrainingStepBenchmarks : LimitedBenchmarks
{
    private const int Steps = 100;
    private const int Batch = 32;

    private RnnTrainer _trainer = null!;
    private float[] _inputs = [];
    private float[] _targets = [];

    [ParamsAllValues(Priority = 1)]
    public BenchmarkCell Cell { get; set; }

    internal override string Caption
        => "A training step (forward, back through time, Adam) of a recurrent layer with H inputs and a linear head with one output, "
            + "on 32 sequences of 100 steps.";

    public override void Setup()
    {
        base.Setup();
        _trainer = new RnnTrainer(new RnnSpec(H, Cell.Create(H), Layer.Dense(1)), new Adam(), Loss.HalfSquaredError, seed: 7);
        _inputs = RandomData.Array(Steps * Batch * H);
        _targets = RandomData.Array(Steps * Batch);
    }

    [GlobalCleanup]
    public void Cleanup() => _trainer.Dispose();

    [Benchmark]
    public TrainingStep Step() => _trainer.Step(_inputs, _targets, new() { Steps = Steps, Sequences = Batch });

    internal override bool Measures(string benchmark) => base.Measures(benchmark) && Cell.Measures(benchmark);

    /// <summary>
    /// Forward: all matrices and the head. Backward: the gradients of these; back through the head and through matrices between hidden
    /// units and state at every step, through those of the state at every step but the first.
    /// </summary>
    private protected override Work[] Parts(string benchmark)
    {
        const int Rows = Steps * Batch;
        CellMatrices matrices = Cell.Matrices();
        return
        [
            Work.Product(Rows, H, matrices.All * H + 1),
            Work.Product(Rows, H, matrices.All * H + 1),
            Work.Product(Rows, H, matrices.Output * H + 1),
            Work.Product(Rows - Batch, H, matrices.Feedback * H),
        ];
    }
}
