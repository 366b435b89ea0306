using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>An evaluation from a state to a state, beside the state that the trainer carries.</summary>
public sealed class EvaluatedStateTests : IDisposable
{
    private const int I = 2, H = 7, O = 3, T = 5, N = 4;

    /// <summary>A loss in float, and the mean of two.</summary>
    private const float Relative = 1e-6f;

    private static readonly int[] Lengths = [2, T, 1, 3];

    private static readonly RnnSpec Spec = new(I, Cell.Gru(H), Layer.Dropout(0.5f), Layer.Dense(O));

    private readonly RnnTrainer _trainer = new(Spec, new Adam(), Loss.HalfSquaredError, 1);
    private readonly TrainingData _data = new(Spec, T, N, 4);

    public static TheoryData<string, SequenceShape> Shapes => Zoo.Shapes;

    private static BatchShape Shape => new() { Steps = T, Sequences = N };

    public void Dispose() => _trainer.Dispose();

    [Fact]
    public void RnnTrainer_Evaluate_windowsWithTheirState_isTheWhole()
    {
        (float[] a, float[] ya) = _data.Values();
        (float[] b, float[] yb) = _data.Values();
        var state = new float[N * H];
        float first = _trainer.Evaluate(a, ya, Shape, state, state);
        float second = _trainer.Evaluate(b, yb, Shape, state, state);
        float whole = _trainer.Evaluate((float[])[.. a, .. b], (float[])[.. ya, .. yb], new() { Steps = 2 * T, Sequences = N });
        Assert.Equal(whole, (first + second) / 2, Relative * whole);
        Assert.NotEqual(_trainer.Evaluate(b, yb, Shape), second);
    }

    /// <summary>The state of each sequence after its own last step, as the model gives it.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void RnnTrainer_Evaluate_everyNetworkAndShape_endsInTheStateOfItsModel(string name, SequenceShape shape)
    {
        using var trainer = new RnnTrainer(Zoo.Spec(name, shape), new Adam(0.05f), Loss.HalfSquaredError, 1);
        foreach (bool isRagged in new[] { false, true })
        {
            var batch = new ZooBatch(trainer.Spec, T, Lengths, isRagged, 1);
            float[] initial = RandomData.Uniform(2, N * trainer.Spec.StateSize);
            var expected = new float[initial.Length];
            batch.Run(trainer.ToModel(), new float[batch.OutputLength], initial, expected);
            var final = new Guarded(initial.Length);
            float loss = batch.Evaluate(trainer, initial, final.Span);
            Compare.SameBits(expected, final.Span, "state");
            final.AssertIntact();
            Assert.Equal(loss, batch.Evaluate(trainer, initial));
            Assert.Equal(loss, batch.Evaluate(trainer, initial, initial));
            Compare.SameBits(expected, initial, "state in place");
            batch.Train(trainer);
        }
    }

    [Fact]
    public void RnnTrainer_Evaluate_withStates_leavesTheCarriedState()
    {
        _trainer.CarryState = true;
        using var undisturbed = new RnnTrainer(Spec, new Adam(), Loss.HalfSquaredError, 1) { CarryState = true };
        var state = new float[N * H];
        for (int step = 0; step < 3; step++)
        {
            (float[] inputs, float[] targets) = _data.Values();
            _trainer.Evaluate(inputs, targets, Shape, state, state);
            Assert.Equal(undisturbed.Step(inputs, targets, Shape), _trainer.Step(inputs, targets, Shape));
        }
    }

    [Theory]
    [InlineData("initialState", -1, 0)]
    [InlineData("initialState", H, 0)]
    [InlineData("finalState", 0, 1)]
    [InlineData("finalState", 0, -H)]
    public void RnnTrainer_Evaluate_statesOfAnotherLength_areRefused(string parameter, int initial, int final)
    {
        (float[] inputs, float[] targets) = _data.Values();
        var state = new Guarded(N * H + final);
        BadInput.Refused<ArgumentException>(
            parameter, $"[N, S] = {N * H} ", $"got {N * H + initial + final}.",
            () => _trainer.Evaluate(inputs, targets, Shape, new float[N * H + initial], state.Span));
        state.AssertUnwritten();
    }

    [Fact]
    public void RnnTrainer_Evaluate_finalStateOverWhatIsRead_isRefused()
    {
        (float[] inputs, float[] targets) = _data.Values();
        var shared = new Guarded(T * N * O);
        BadInput.Refused<ArgumentException>(
            "finalState", "'inputs'", "'finalState'",
            () => _trainer.Evaluate(shared.Span[..(T * N * I)], targets, Shape, [], shared.Span.Slice(1, N * H)));
        BadInput.Refused<ArgumentException>(
            "finalState", "'targets'", "'finalState'",
            () => _trainer.Evaluate(inputs, shared.Span, Shape, [], shared.Span.Slice(1, N * H)));
        BadInput.Refused<ArgumentException>(
            "finalState", "'initialState'", "'finalState'",
            () => _trainer.Evaluate(inputs, targets, Shape, shared.Span[..(N * H)], shared.Span.Slice(1, N * H)));
        shared.AssertUnwritten();
    }

    [Fact]
    public void RnnTrainer_Evaluate_statesAfterDispose_throws()
    {
        (float[] inputs, float[] targets) = _data.Values();
        _trainer.Dispose();
        var state = new Guarded(N * H);
        Assert.Throws<ObjectDisposedException>(() => _trainer.Evaluate(inputs, targets, Shape, [], state.Span));
        state.AssertUnwritten();
    }
}
