using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>Truncated BPTT: windows that go on from each other, and steps that are not applied.</summary>
public sealed class CarriedStateTests
{
    private const int T = 5, N = 4;

    /// <summary>So small that no weight changes: states can then be compared with those of a whole run.</summary>
    private const float NoLearning = 1e-30f;

    private const float Relative = 1e-6f;

    private static readonly RnnSpec Spec = new(2, Cell.Elman(11), Layer.Dense(3));

    private readonly RnnModel _model = RnnModel.Create(Spec, 3);
    private readonly TrainingData _data = new(Spec, T, N, 4);

    private static BatchShape Shape => new() { Steps = T, Sequences = N };

    [Fact]
    public void RnnTrainer_Step_carried_startsFromTheFinalState()
    {
        using RnnTrainer trainer = Create(NoLearning);
        (float[] a, float[] ya) = _data.Values();
        (float[] b, float[] yb) = _data.Values();
        float first = trainer.Step(a, ya, Shape).Loss;
        float second = trainer.Step(b, yb, Shape).Loss;
        float whole = trainer.Evaluate(a.Concat(b).ToArray(), ya.Concat(yb).ToArray(), new() { Steps = 2 * T, Sequences = N });
        Assert.Equal(whole, (first + second) / 2, Relative * whole);
        Assert.NotEqual(trainer.Evaluate(b, yb, Shape), second);
    }

    [Fact]
    public void RnnTrainer_Step_carriedWithLengths_startsFromEachOwnEnd()
    {
        using RnnTrainer trainer = Create(NoLearning);
        (float[] a, float[] ya) = _data.Values();
        (float[] b, float[] yb) = _data.Values();
        int[] lengths = Enumerable.Range(0, N).Select(n => 1 + n % T).ToArray();
        trainer.Step(a, ya, new() { Steps = T, Sequences = N, Lengths = lengths });
        float second = trainer.Step(b, yb, Shape).Loss;
        var state = new float[N * Spec.StateSize];
        _model.Run(a, new float[T * N * Spec.OutputSize], new() { Steps = T, Sequences = N, Lengths = lengths }, [], state);
        using var bptt = new Backpropagation(Spec, TrainingData.Parameters(trainer));
        Assert.Equal((float)bptt.Forward(Loss.HalfSquaredError, b, yb, Shape, state), second);
    }

    [Fact]
    public void RnnTrainer_CarryState_bidirectional_isRefused()
    {
        using var trainer = new RnnTrainer(
            new RnnSpec(2, Cell.Elman(3), Cell.Bidirectional(Cell.Lstm(3))), new Adam(), Loss.HalfSquaredError, 1);
        string message = Assert.Throws<InvalidOperationException>(() => trainer.CarryState = true).Message;
        Assert.Contains("layers[1] (Bidirectional Lstm)", message, StringComparison.Ordinal);
        Assert.False(trainer.CarryState);
    }

    [Fact]
    public void RnnTrainer_Step_carried_noGradientCrossesTheBorder()
    {
        using RnnTrainer trainer = Create(0.1f);
        (float[] a, float[] ya) = _data.Values();
        (float[] b, float[] yb) = _data.Values();
        trainer.Step(a, ya, Shape);
        float[] state = new float[N * Spec.StateSize];
        _model.Run(a, new float[T * N * Spec.OutputSize], Shape, [], state);
        using var bptt = new Backpropagation(Spec, TrainingData.Parameters(trainer));
        bptt.Forward(Loss.HalfSquaredError, b, yb, Shape, initialState: state);
        bptt.Backward(b);
        float[] expected = TrainingData.Parameters(trainer);
        OptimizerRuns.Update(trainer.Optimizer, expected, bptt.Gradients.All, [], 2);
        trainer.Step(b, yb, Shape);
        Compare.SameBits(expected, TrainingData.Parameters(trainer));
    }

    [Fact]
    public void RnnTrainer_ResetState_startsFromZeros()
    {
        using RnnTrainer trainer = Create(NoLearning);
        (float[] a, float[] ya) = _data.Values();
        float first = trainer.Step(a, ya, Shape).Loss;
        Assert.NotEqual(first, trainer.Step(a, ya, Shape).Loss);
        trainer.ResetState();
        Assert.Equal(first, trainer.Step(a, ya, Shape).Loss);
    }

    [Fact]
    public void RnnTrainer_Step_notCarried_startsFromZeros()
    {
        using RnnTrainer trainer = Create(NoLearning);
        trainer.CarryState = false;
        (float[] a, float[] ya) = _data.Values();
        Assert.Equal(trainer.Step(a, ya, Shape), trainer.Step(a, ya, Shape));
    }

    [Fact]
    public void RnnTrainer_Step_otherBatchWithoutReset_throwsAndChangesNothing()
    {
        using RnnTrainer trainer = Create(0.1f);
        using RnnTrainer undisturbed = Create(0.1f);
        (float[] a, float[] ya) = _data.Values();
        (float[] b, float[] yb) = _data.Values();
        trainer.Step(a, ya, Shape);
        undisturbed.Step(a, ya, Shape);
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => trainer.Step(b, yb, new() { Steps = T * N, Sequences = 1 }));
        Assert.Contains($"Expected {N} as Sequences", exception.Message, StringComparison.Ordinal);
        Assert.Contains("got 1", exception.Message, StringComparison.Ordinal);
        CheckSameStep(undisturbed, trainer);
        trainer.ResetState();
        Assert.True(trainer.Step(b, yb, new() { Steps = T * N, Sequences = 1 }).Applied);
    }

    [Fact]
    public void RnnTrainer_CopyCarriedStateTo_afterSteps_isTheStateOfTheLast()
    {
        using RnnTrainer trainer = Create(NoLearning);
        (float[] a, float[] ya) = _data.Values();
        (float[] b, float[] yb) = _data.Values();
        var expected = new float[N * Spec.StateSize];
        var state = new Guarded(expected.Length);
        foreach ((float[] x, float[] y) in new[] { (a, ya), (b, yb) })
        {
            trainer.Step(x, y, Shape);
            _model.Run(x, new float[T * N * Spec.OutputSize], Shape, expected, expected);
            trainer.CopyCarriedStateTo(state.Span);
            Compare.SameBits(expected, state.Span, "state");
        }

        trainer.CarryState = false;
        trainer.Step(a, ya, Shape);
        trainer.CopyCarriedStateTo(state.Span);
        Compare.SameBits(expected, state.Span, "state after a step that carries none");
        state.AssertIntact();
    }

    [Fact]
    public void RnnTrainer_CopyCarriedStateTo_noneCarried_isRefused()
    {
        using RnnTrainer trainer = Create(NoLearning);
        (float[] a, float[] ya) = _data.Values();
        Check();
        trainer.CarryState = false;
        trainer.Step(a, ya, Shape);
        Check();
        trainer.CarryState = true;
        trainer.Step(a, ya, Shape);
        trainer.ResetState();
        Check();

        void Check()
        {
            var state = new Guarded(N * Spec.StateSize);
            string message = Assert.Throws<InvalidOperationException>(() => trainer.CopyCarriedStateTo(state.Span)).Message;
            Assert.Contains("Expected a carried state, but there is none", message, StringComparison.Ordinal);
            state.AssertUnwritten();
        }
    }

    [Fact]
    public void RnnTrainer_CopyCarriedStateTo_wrongLengthOrDisposed_isRefused()
    {
        using RnnTrainer trainer = Create(NoLearning);
        (float[] a, float[] ya) = _data.Values();
        trainer.Step(a, ya, Shape);
        int length = N * Spec.StateSize;
        foreach (int more in new[] { -1, 1, -length })
        {
            var state = new Guarded(length + more);
            BadInput.Refused<ArgumentException>(
                "destination", $"[N, S] = {length} ", $"got {length + more}.", () => trainer.CopyCarriedStateTo(state.Span));
            state.AssertUnwritten();
        }

        trainer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => trainer.CopyCarriedStateTo(new float[length]));
    }

    [Fact]
    public void RnnTrainer_Step_notCarriedWithALargerBatch_keepsTheCarriedState()
    {
        const int Many = 100;
        using RnnTrainer trainer = Create(NoLearning);
        using RnnTrainer undisturbed = Create(NoLearning);
        (float[] a, float[] ya) = _data.Values();
        trainer.Step(a, ya, Shape);
        undisturbed.Step(a, ya, Shape);
        (float[] b, float[] yb) = new TrainingData(Spec, 1, Many, 5).Values();
        trainer.CarryState = false;
        trainer.Step(b, yb, new() { Steps = 1, Sequences = Many });
        trainer.CarryState = true;
        Assert.Equal(undisturbed.Step(a, ya, Shape).Loss, trainer.Step(a, ya, Shape).Loss);
    }

    [Theory]
    [InlineData(float.NaN, 0f)]
    [InlineData(0f, float.NaN)]
    [InlineData(0f, float.PositiveInfinity)]
    [InlineData(0f, 1e38f)]
    public void RnnTrainer_Step_lossNotFinite_isReportedAndNotApplied(float input, float target)
    {
        foreach (Optimizer optimizer in new Optimizer[] { new Adam(0.01f), new Sgd(0.01f) })
        {
            using var trainer = new RnnTrainer(_model, optimizer, Loss.HalfSquaredError) { CarryState = true };
            using var undisturbed = new RnnTrainer(_model, optimizer, Loss.HalfSquaredError) { CarryState = true };
            (float[] a, float[] ya) = _data.Values();
            Assert.Equal(undisturbed.Step(a, ya, Shape), trainer.Step(a, ya, Shape));
            (float[] bad, float[] badTargets) = _data.Values();
            bad[7] += input;
            badTargets[^1] += target;
            TrainingStep step = trainer.Step(bad, badTargets, Shape);
            Assert.False(step.Applied);
            Assert.False(float.IsFinite(step.Loss));
            Assert.True(float.IsNaN(step.GradientNorm));
            CheckSameStep(undisturbed, trainer);
        }
    }

    /// <summary>An error of a target's size times Wya overflows, and 0 times that is NaN.</summary>
    [Fact]
    public void RnnTrainer_Step_gradientNotFinite_isReportedAndNotApplied()
    {
        float[] parameters = WithOutputWeight(3e38f);
        using RnnTrainer trainer = CreateClipping(parameters);
        Assert.Equal(new TrainingStep(5000, float.NaN, Applied: false), trainer.Step((float[])[0f], (float[])[100f], new() { Steps = 1, Sequences = 1 }));
        Compare.SameBits(parameters, TrainingData.Parameters(trainer));
    }

    [Fact]
    public void RnnTrainer_Step_gradientWhoseSquareOverflows_isClippedAndApplied()
    {
        float[] parameters = WithOutputWeight(1e25f);
        using RnnTrainer trainer = CreateClipping(parameters);
        TrainingStep step = trainer.Step((float[])[0f], (float[])[1f], new() { Steps = 1, Sequences = 1 });
        Assert.True(step.Applied);
        Assert.Equal(1e25f, step.GradientNorm, 1e20f);

        // Nearly all of the gradient is that of b, and −1e25: clipped to −1, it raises b by the learning rate.
        parameters[2] += 0.5f;
        Compare.Near(RandomData.ToDouble(parameters), TrainingData.Parameters(trainer), 0, 1e-20, "parameter");
    }

    /// <summary>Wax, Waa, b, Wya, by of a network whose output for an input of 0 is 0.</summary>
    private static float[] WithOutputWeight(float weight) => [0.1f, 0.1f, 0, weight, 0];

    private static RnnTrainer CreateClipping(float[] parameters)
    {
        var spec = new RnnSpec(1, Cell.Elman(1), Layer.Dense(1));
        return new RnnTrainer(RnnModel.FromParameters(spec, parameters), new Sgd(0.5f), Loss.HalfSquaredError)
        {
            MaxGradientNorm = 1,
        };
    }

    private RnnTrainer Create(float rate)
        => new(_model, new Sgd(rate), Loss.HalfSquaredError) { CarryState = true };

    /// <summary>Both trainers take the same next steps, bit for bit: weights, optimizer and carried state are the same.</summary>
    private void CheckSameStep(RnnTrainer expected, RnnTrainer actual)
    {
        Compare.SameBits(TrainingData.Parameters(expected), TrainingData.Parameters(actual));
        for (int step = 0; step < 2; step++)
        {
            (float[] inputs, float[] targets) = _data.Values();
            Assert.Equal(expected.Step(inputs, targets, Shape), actual.Step(inputs, targets, Shape));
            Compare.SameBits(TrainingData.Parameters(expected), TrainingData.Parameters(actual));
        }
    }
}
