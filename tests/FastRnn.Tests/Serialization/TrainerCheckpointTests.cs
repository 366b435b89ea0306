using FastRnn.Serialization;
using FastRnn.Tests.Cells;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Serialization;

/// <summary>Training goes on from a file as if it had never stopped.</summary>
public sealed class TrainerCheckpointTests : IDisposable
{
    private const int I = 3, O = 2, T = 4, N = 3, Steps = 10;
    private const string Item = "fastrnn.trainer";

    private static readonly RnnSpec Spec = new(
        I, Cell.Gru(7), Layer.Dropout(0.3f, 1), Cell.Lstm(5, peepholes: true), Layer.Dropout(0.4f, 1), Layer.Dense(O));

    private readonly TemporaryFolder _folder = new();

    public static MatrixTheoryData<bool, bool> Settings => new([true, false], [true, false]);

    /// <summary>What in the settings' text becomes what, the item that is at fault, and the rule.</summary>
    public static TheoryData<string, string, string, string> Texts => new()
    {
        { "\"kind\":\"adam\"", "\"kind\":\"lion\"", $"{Item}.optimizer", "it is 'lion'" },
        { "\"beta1\":0.9", "\"beta1\":1.5", Item, "beta1" },
        { "\"beta1\":0.9,", "", $"{Item}.optimizer", "expected 'beta1'" },
        { "\"beta1\":0.9", "\"beta1\":0.9,\"beta3\":1", $"{Item}.optimizer", "there is 'beta3'" },
        { "\"learningRate\":0.02", "\"learningRate\":-1", Item, "learningRate" },
        { "\"learningRate\":0.02", "\"learningRate\":null", $"{Item}.optimizer", "a number of 32 bits for 'learningRate'" },
        { "squaredError", "hinge", Item, "it is 'hinge'" },
        { "\"maxGradientNorm\":0.5", "\"maxGradientNorm\":0", Item, "MaxGradientNorm" },
        { "\"updates\":2", "\"updates\":-2", Item, "'updates'" },
        { "\"updates\":2,", "", Item, "expected 'updates'" },
        { "\"steps\":2", "\"steps\":9223372036854775807", Item, "'steps'" },
        { "\"carriedBatch\":3", "\"carriedBatch\":4", "carriedState", "[4, 17]" },
        { "\"carriedBatch\":3", "\"carriedBatch\":0", "carriedState", "nothing takes this one" },
        { "\"carriesState\":true", "\"carriesState\":2", Item, "true or false" },
    };

    private string FilePath => _folder["a.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Settings))]
    public void RnnTrainer_FromCheckpoint_halfWay_goesOnWithTheSameBits(bool isAdam, bool carriesState)
    {
        using RnnTrainer whole = Create(isAdam, carriesState);
        using RnnTrainer first = Create(isAdam, carriesState);
        Train(first, 0, Steps);
        first.SaveCheckpoint(FilePath);
        using RnnTrainer second = RnnTrainer.FromCheckpoint(FilePath);
        Assert.Equal(
            (whole.MaxGradientNorm, whole.CarryState, whole.Loss, whole.Optimizer.LearningRate),
            (second.MaxGradientNorm, second.CarryState, second.Loss, second.Optimizer.LearningRate));
        float[] losses = Train(second, Steps, Steps);
        Compare.SameBits(Train(whole, 0, 2 * Steps).AsSpan(Steps), losses, "loss");
        Compare.SameBits(TrainingData.Parameters(whole), TrainingData.Parameters(second), "parameter");
    }

    /// <summary>What goes on must depend on each thing that is in the file.</summary>
    [Fact]
    public void RnnTrainer_Step_withoutWhatACheckpointHolds_givesOtherBits()
    {
        using RnnTrainer whole = Create(isAdam: true, carriesState: true);
        Train(whole, 0, Steps);
        whole.SaveCheckpoint(FilePath);
        Train(whole, Steps, Steps);
        float[] expected = TrainingData.Parameters(whole);
        Assert.True(Compare.AreSameBits(expected, Resumed(_ => { })));
        Assert.False(Compare.AreSameBits(expected, Resumed(trainer => trainer.Steps--)), "the steps make no difference");
        Assert.False(Compare.AreSameBits(expected, Resumed(trainer => trainer.Update.Updates--)), "the updates make no difference");
        Assert.False(Compare.AreSameBits(expected, Resumed(trainer => trainer.ResetState())), "the state makes no difference");
        Assert.False(
            Compare.AreSameBits(expected, Resumed(trainer => trainer.Trained.Moments.Span.Clear())), "the moments make no difference");
        Assert.False(
            Compare.AreSameBits(expected, Resumed(trainer => trainer.MaxGradientNorm = 1e-3f)), "clipping makes no difference");

        float[] Resumed(Action<RnnTrainer> change)
        {
            using RnnTrainer trainer = RnnTrainer.FromCheckpoint(FilePath);
            change(trainer);
            Train(trainer, Steps, Steps);
            return TrainingData.Parameters(trainer);
        }
    }

    [Fact]
    public void RnnTrainer_FromCheckpoint_beforeTheFirstStep_isANewTrainer()
    {
        using var trainer = new RnnTrainer(Spec, new Adam(0.02f), Loss.HalfSquaredError, 1);
        trainer.SaveCheckpoint(FilePath);
        using RnnTrainer loaded = RnnTrainer.FromCheckpoint(FilePath);
        Assert.Equal(float.PositiveInfinity, loaded.MaxGradientNorm);
        Assert.False(loaded.CarryState);
        Compare.SameBits(Train(trainer, 0, 2), Train(loaded, 0, 2), "loss");
    }

    /// <summary>The name that files have had from the beginning.</summary>
    [Fact]
    public void RnnTrainer_SaveCheckpoint_halfSquaredError_isSquaredErrorInTheFile()
    {
        using RnnTrainer trainer = Create(isAdam: true, carriesState: true);
        Train(trainer, 0, 1);
        trainer.SaveCheckpoint(FilePath);
        RawSafetensors.ChangeText(FilePath, Item, text =>
        {
            Assert.Contains("\"loss\":\"squaredError\"", text, StringComparison.Ordinal);
            return text;
        });
        using RnnTrainer loaded = RnnTrainer.FromCheckpoint(FilePath);
        Assert.Same(Loss.HalfSquaredError, loaded.Loss);
        float[] expected = new float[N * Spec.StateSize], state = new float[expected.Length];
        trainer.CopyCarriedStateTo(expected);
        loaded.CopyCarriedStateTo(state);
        Compare.SameBits(expected, state, "carried state");
    }

    [Fact]
    public void RnnTrainer_FromCheckpoint_customCells_needsTheSpec()
    {
        var spec = new RnnSpec(I, Cell.Custom<DecayingMemoryCell>(5), Layer.Dense(O));
        using var trainer = new RnnTrainer(spec, new Adam(), Loss.HalfSquaredError, 1);
        Train(trainer, 0, 1);
        trainer.SaveCheckpoint(FilePath);
        BadFile.Refused(FilePath, "fastrnn.spec.layers[0]", "give the spec", () => RnnTrainer.FromCheckpoint(FilePath));
        using RnnTrainer loaded = RnnTrainer.FromCheckpoint(FilePath, spec);
        Compare.SameBits(Train(trainer, 1, 1), Train(loaded, 1, 1), "loss");
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void RnnTrainer_FromCheckpoint_settingsThatBreakARule_areRefused(string before, string after, string item, string rule)
    {
        using RnnTrainer trainer = Create(isAdam: true, carriesState: true);
        Train(trainer, 0, 2);
        trainer.SaveCheckpoint(FilePath);
        RawSafetensors.ChangeText(FilePath, Item, text =>
        {
            Assert.Contains(before, text, StringComparison.Ordinal);
            return text.Replace(before, after, StringComparison.Ordinal);
        });
        BadFile.Refused(FilePath, item, rule, () => RnnTrainer.FromCheckpoint(FilePath));
    }

    [Fact]
    public void RnnTrainer_FromCheckpoint_whatDoesNotSuitTheNetwork_isRefused()
    {
        using var trainer = new RnnTrainer(new RnnSpec(I, Cell.Bidirectional(Cell.Gru(2))), new Adam(), Loss.HalfSquaredError, 1);
        trainer.SaveCheckpoint(FilePath);
        RawSafetensors.ChangeText(FilePath, Item, text => text.Replace("squaredError", "crossEntropy", StringComparison.Ordinal));
        BadFile.Refused(FilePath, Item, "CrossEntropy", () => RnnTrainer.FromCheckpoint(FilePath));
        trainer.SaveCheckpoint(FilePath);
        RawSafetensors.ChangeText(
            FilePath, Item, text => text.Replace("\"carriesState\":false", "\"carriesState\":true", StringComparison.Ordinal));
        BadFile.Refused(FilePath, Item, "sees later ones", () => RnnTrainer.FromCheckpoint(FilePath));
    }

    [Fact]
    public void RnnTrainer_FromCheckpoint_momentsMissing_areRefused()
    {
        using var trainer = new RnnTrainer(Spec, new Sgd(0.1f), Loss.HalfSquaredError, 1);
        trainer.SaveCheckpoint(FilePath);
        RawSafetensors.ChangeText(FilePath, Item, text => text.Replace(
            "{\"kind\":\"gradientDescent\"", "{\"kind\":\"adam\",\"beta1\":0.9,\"beta2\":0.9,\"epsilon\":1", StringComparison.Ordinal));
        BadFile.Refused(FilePath, "moments.0.layers.0.inputWeights", "there is none", () => RnnTrainer.FromCheckpoint(FilePath));
    }

    [Fact]
    public void RnnTrainer_SaveCheckpoint_fileOrTrainerOfAnotherKind_isRefused()
    {
        var trainer = new RnnTrainer(Spec, new Sgd(0.1f), Loss.HalfSquaredError, 1);
        trainer.SaveCheckpoint(FilePath);
        BadFile.Refused(FilePath, Item, "another kind", () => RnnModel.Load(FilePath));
        trainer.ToModel().Save(FilePath);
        BadFile.Refused(FilePath, Item, "there is none", () => RnnTrainer.FromCheckpoint(FilePath));
        trainer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => trainer.SaveCheckpoint(FilePath));
        Assert.Throws<ArgumentNullException>(() => TrainerCheckpoint.SaveCheckpoint(null!, FilePath));
        Assert.Throws<ArgumentNullException>(() => RnnTrainer.FromCheckpoint(FilePath, null!));
    }

    private static RnnTrainer Create(bool isAdam, bool carriesState)
        => new(Spec, isAdam ? new Adam(0.02f) : new Sgd(0.3f), Loss.HalfSquaredError, 1)
        {
            MaxGradientNorm = 0.5f,
            CarryState = carriesState,
        };

    /// <summary>Steps on data that depend on the step alone; returns their losses.</summary>
    private static float[] Train(RnnTrainer trainer, int start, int count)
        => [.. Enumerable.Range(start, count).Select(step =>
            trainer.Step(
                RandomData.Uniform(step, T * N * I), RandomData.Uniform(1000 + step, T * N * O),
                new() { Steps = T, Sequences = N }).Loss)];
}
