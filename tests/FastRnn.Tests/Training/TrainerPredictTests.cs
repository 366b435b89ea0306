using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>What a trainer predicts are the bits of its model, and it goes on as if it had not been asked.</summary>
public sealed class TrainerPredictTests : IDisposable
{
    private const int I = 3, H = 5, O = 2, T = 6, N = 5;

    private static readonly int[] Lengths = [2, T, 1, T, 3];

    private static readonly RnnSpec Spec = new(I, Cell.Lstm(H), Layer.Dropout(0.5f), Layer.Dense(O));

    private readonly RnnTrainer _trainer = new(Spec, new Adam(), Loss.HalfSquaredError, 1);
    private readonly Guarded _outputs = new(T * N * O);
    private readonly Guarded _final = new(N * Spec.StateSize);

    public static TheoryData<string, SequenceShape> Shapes => Zoo.Shapes;

    private static BatchShape Shape => new() { Steps = T, Sequences = N };

    public void Dispose() => _trainer.Dispose();

    [Theory]
    [MemberData(nameof(Shapes))]
    public void RnnTrainer_Predict_everyNetworkAndShape_isTheRunOfItsModel(string name, SequenceShape shape)
    {
        using var trainer = new RnnTrainer(Zoo.Spec(name, shape), new Adam(0.05f), Loss.HalfSquaredError, 1);
        for (int step = 0; step < 3; step++)
        {
            CheckRunOfItsModel(trainer, new ZooBatch(trainer.Spec, T, Lengths, isRagged: step == 1, step), $"after {step} steps");
            Assert.True(new ZooBatch(trainer.Spec, T, Lengths, isRagged: true, 9).Train(trainer).Applied);
        }
    }

    /// <summary>More steps than are run at a time.</summary>
    [Theory]
    [InlineData(SequenceShape.ManyToMany)]
    [InlineData(SequenceShape.ManyToOne)]
    public void RnnTrainer_Predict_longSequences_isTheRunOfItsModel(SequenceShape shape)
    {
        const int Steps = 700;
        RnnSpec spec = new(
            I, Cell.Gru(70), Cell.Lstm(33), Layer.Dropout(0.5f), Layer.Dense(9, Activation.Tanh), Layer.Dropout(0.5f), Layer.Dense(O))
        {
            Shape = shape,
        };
        using var trainer = new RnnTrainer(spec, new Adam(), Loss.HalfSquaredError, 1);
        CheckRunOfItsModel(trainer, new ZooBatch(trainer.Spec, Steps, [400, Steps, 1], isRagged: true, 1), "ragged");
        CheckRunOfItsModel(trainer, new ZooBatch(trainer.Spec, Steps, [Steps, Steps], isRagged: false, 2), "whole");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RnnTrainer_Predict_betweenSteps_changesNothing(bool carry)
    {
        using var trainer = new RnnTrainer(Spec, new Adam(), Loss.HalfSquaredError, 1) { CarryState = carry };
        using var undisturbed = new RnnTrainer(Spec, new Adam(), Loss.HalfSquaredError, 1) { CarryState = carry };
        var other = new ZooBatch(Spec, 2 * T, [1, 2, 2 * T, 4, 5, 6, 7], isRagged: true, 7);
        for (int step = 0; step < 4; step++)
        {
            var batch = new ZooBatch(Spec, T, Lengths, isRagged: true, step);
            other.Predict(trainer, new float[other.OutputLength]);
            Assert.Equal(batch.Train(undisturbed), batch.Train(trainer));
        }

        Compare.SameBits(TrainingData.Parameters(undisturbed), TrainingData.Parameters(trainer), "parameter");
    }

    [Fact]
    public void RnnTrainer_Predict_finalStateIsInitialState_isTheSame()
    {
        float[] inputs = RandomData.Uniform(1, T * N * I);
        float[] state = RandomData.Uniform(2, N * Spec.StateSize);
        _trainer.Predict(inputs, _outputs.Span, Shape, state, _final.Span);
        float[] outputs = _outputs.Span.ToArray();
        _trainer.Predict(inputs, _outputs.Span, Shape, state, state);
        Compare.SameBits(outputs, _outputs.Span);
        Compare.SameBits(_final.Span, state);
    }

    [Theory]
    [InlineData("inputs", T * N * I, -1, 0, 0, 0)]
    [InlineData("inputs", T * N * I, 1, 0, 0, 0)]
    [InlineData("outputs", T * N * O, 0, -1, 0, 0)]
    [InlineData("outputs", T * N * O, 0, 1, 0, 0)]
    [InlineData("initialState", N * 2 * H, 0, 0, -1, 0)]
    [InlineData("initialState", N * 2 * H, 0, 0, 2 * H, 0)]
    [InlineData("finalState", N * 2 * H, 0, 0, 0, 1)]
    [InlineData("finalState", N * 2 * H, 0, 0, 0, -2 * H)]
    public void RnnTrainer_Predict_wrongLength_isRefused(string parameter, int expected, int inputs, int outputs, int initial, int final)
    {
        var y = new Guarded(T * N * O + outputs);
        var state = new Guarded(N * 2 * H + final);
        BadInput.Refused<ArgumentException>(
            parameter, $"= {expected} ", $"got {expected + inputs + outputs + initial + final}.",
            () => _trainer.Predict(new float[T * N * I + inputs], y.Span, Shape, new float[N * 2 * H + initial], state.Span));
        y.AssertUnwritten();
        state.AssertUnwritten();
    }

    [Fact]
    public void RnnTrainer_Predict_badShape_isRefused()
    {
        float[] x = new float[T * N * I];
        BadInput.MemberRefused("shape", "Steps", steps => _trainer.Predict(x, _outputs.Span, new() { Steps = steps, Sequences = N }));
        BadInput.MemberRefused("shape", "Sequences", n => _trainer.Predict(x, _outputs.Span, new() { Steps = T, Sequences = n }));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "shape", $"Lengths from 1 to {T}", "Lengths[4] is 0",
            () => _trainer.Predict(x, _outputs.Span, new() { Steps = T, Sequences = N, Lengths = [1, 1, 1, 1, 0] }));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "shape", $"at most {Guard.LargestBuffer} values", $"Steps {int.MaxValue} × Sequences {N} ×",
            () => _trainer.Predict(x, _outputs.Span, new() { Steps = int.MaxValue, Sequences = N }));
        _outputs.AssertUnwritten();
    }

    [Fact]
    public void RnnTrainer_Predict_otherKindOrOverlap_isRefused()
    {
        var shared = new Guarded(T * N * (I + O));
        BadInput.Refused<ArgumentException>(
            "inputs", "values (float)", "indices (int)", () => _trainer.Predict(new int[T * N], _outputs.Span, Shape));
        BadInput.Refused<ArgumentException>(
            "outputs", "'inputs'", "'outputs'",
            () => _trainer.Predict(shared.Span[..(T * N * I)], shared.Span.Slice(T * N * I - 1, T * N * O), Shape));
        BadInput.Refused<ArgumentException>(
            "finalState", "'outputs'", "'finalState'",
            () => _trainer.Predict(new float[T * N * I], shared.Span[..(T * N * O)], Shape, [], shared.Span[..(N * 2 * H)]));
        shared.AssertUnwritten();
        _outputs.AssertUnwritten();
    }

    [Fact]
    public void RnnTrainer_Predict_afterDispose_throws()
    {
        _trainer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _trainer.Predict(new float[T * N * I], _outputs.Span, Shape));
        _outputs.AssertUnwritten();
    }

    /// <summary>With states given and without.</summary>
    private static void CheckRunOfItsModel(RnnTrainer trainer, ZooBatch batch, string name)
    {
        RnnModel model = trainer.ToModel();
        float[] expected = new float[batch.OutputLength], expectedState = RandomData.Uniform(3, batch.Batch * trainer.Spec.StateSize);
        var outputs = new Guarded(batch.OutputLength);
        var final = new Guarded(expectedState);
        batch.Run(model, expected);
        batch.Predict(trainer, outputs.Span);
        Compare.SameBits(expected, outputs.Span, $"output {name}");
        batch.Run(model, expected, expectedState, expectedState);
        batch.Predict(trainer, outputs.Span, final.Span.ToArray(), final.Span);
        Compare.SameBits(expected, outputs.Span, $"output from a state {name}");
        Compare.SameBits(expectedState, final.Span, $"state {name}");
        outputs.AssertIntact();
        final.AssertIntact();
    }
}
