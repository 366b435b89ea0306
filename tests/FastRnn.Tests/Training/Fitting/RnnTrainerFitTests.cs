using FastRnn.Serialization;
using FastRnn.Tests.Serialization;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>The loop of a training against the steps that it stands for, and how it ends.</summary>
public sealed class RnnTrainerFitTests : IDisposable
{
    private const int Seed = 5;

    private static readonly RnnSpec Spec = new(2, Cell.Gru(4), Layer.Dropout(0.2f, 3), Layer.Dense(1));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RnnTrainer_Fit_updates_areTheStepsByHand()
    {
        SequenceSet set = Data(20);
        using RnnTrainer fitted = Create(), byHand = Create();
        TrainingRun<RnnModel> run = fitted.Fit(set, null, new FitOptions { Epochs = 3, BatchSize = 6, Seed = 2, Schedule = Schedule.Cosine() });
        var source = new ShuffledBatches(set, 6, 2);
        var batch = new SequenceBatch(set.Layout);
        int update = 0;
        for (int epoch = 0; epoch < 3; epoch++)
        {
            source.Start(epoch);
            while (source.TryFill(batch))
            {
                byHand.LearningRateScale = Schedule.Cosine().GetFactor(++update, 12);
                byHand.Step(batch.Inputs, batch.Targets, batch.Shape);
            }
        }

        Compare.SameBits(TrainingData.Parameters(byHand), TrainingData.Parameters(run.Best), "parameter");
        Assert.Equal((TrainingEnding.Completed, 12, 3), (run.Ending, run.BestUpdate, run.History.Count));
        Assert.Null(run.BestValidationLoss);
    }

    [Fact]
    public void RnnTrainer_Fit_windows_carryTheState()
    {
        SequenceSet set = Data(1, 64), validation = Data(1, 24);
        var spec = new RnnSpec(2, Cell.Gru(4), Layer.Dense(1));
        using var fitted = new RnnTrainer(spec, new Sgd(0.1f), Loss.SquaredError, Seed);
        using var byHand = new RnnTrainer(spec, new Sgd(0.1f), Loss.SquaredError, Seed);
        TrainingRun<RnnModel> run = fitted.Fit(set, validation, new FitOptions { Epochs = 2, BatchSize = 1, Window = 8 });
        byHand.CarryState = true;
        var best = (Loss: float.PositiveInfinity, Parameters: Array.Empty<float>());
        for (int epoch = 0; epoch < 2; epoch++)
        {
            byHand.ResetState();
            for (int t = 0; t < 64; t += 8)
            {
                byHand.Step(
                    set.GetInputs(0).Values.Slice(2 * t, 16), set.GetTargets(0).Values.Slice(t, 8), new() { Steps = 8, Sequences = 1 });
            }

            // A validation of the whole sequence is one in windows that carry the state.
            float loss = byHand.Evaluate(validation.GetInputs(0), validation.GetTargets(0), new() { Steps = 24, Sequences = 1 });
            best = loss < best.Loss ? (loss, TrainingData.Parameters(byHand)) : best;
        }

        Assert.Equal(best.Loss, run.BestValidationLoss!.Value, 1e-6f);
        Compare.SameBits(best.Parameters, TrainingData.Parameters(run.Best), "parameter");
    }

    [Fact]
    public void RnnTrainer_Fit_patience_returnsTheBestWeights()
    {
        SequenceSet training = Data(20), validation = Data(10);
        using var trainer = new RnnTrainer(Spec, new Sgd(0.5f), Loss.SquaredError, Seed);
        var reports = new List<TrainingProgress>();
        TrainingRun<RnnModel> run = trainer.Fit(
            training, validation, new FitOptions { Epochs = 200, BatchSize = 10, Patience = 3, ValidateEvery = 3 },
            new Reports(reports));
        Assert.Equal(TrainingEnding.OutOfPatience, run.Ending);
        ValidationRecord best = run.History.Single(record => record.ValidationLoss == run.BestValidationLoss);
        Assert.True(best.IsBest);
        Assert.Equal((run.BestUpdate, run.BestUpdate + 9), (best.Update, run.History[^1].Update));
        Assert.Contains($"after update {run.BestUpdate}", run.Message, StringComparison.Ordinal);
        using var evaluated = new RnnTrainer(run.Best, new Sgd(1), Loss.SquaredError);
        Assert.Equal(run.BestValidationLoss!.Value, Evaluate(evaluated, validation), 1e-5f);
        Assert.Equal(run.History, reports.Select(report => report.Validation).OfType<ValidationRecord>());
        Assert.Equal(Enumerable.Range(1, reports.Count).Select(update => (long)update), reports.Select(report => report.Update));
        Assert.All(reports, report => Assert.Equal(400, report.TotalUpdates));
    }

    /// <summary>Whatever the update that the checkpoint was made after, within an epoch and at its end.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    public void RnnTrainer_Fit_fromACheckpoint_goesOnWithTheSameBits(long every)
    {
        SequenceSet training = Data(20), validation = Data(10);
        FitOptions options = new()
        {
            Epochs = 3,
            BatchSize = 6,
            ValidateEvery = 2,
            Schedule = Schedule.ReduceOnPlateau(0.5f, 0),
            RecordPath = _folder["record.jsonl"],
        };
        using RnnTrainer whole = Create();
        TrainingRun<RnnModel> expected = whole.Fit(training, validation, options with { RecordPath = null });
        string path = _folder["a.safetensors"];
        using (RnnTrainer first = Create())
        {
            using var source = new CancellationTokenSource();
            TrainingRun<RnnModel> canceled = first.Fit(
                training, validation, options with { Checkpoint = new FileCheckpoint(path) { Every = every } },
                new Canceling(source, every), source.Token);
            Assert.Equal(TrainingEnding.Canceled, canceled.Ending);
            Assert.Equal($"Canceled after update {every}.", canceled.Message);
        }

        using RnnTrainer second = RnnTrainer.FromCheckpoint(path);
        TrainingRun<RnnModel> run = second.Fit(training, validation, options);
        Compare.SameBits(TrainingData.Parameters(whole), TrainingData.Parameters(second), "parameter");
        Compare.SameBits(TrainingData.Parameters(expected.Best), TrainingData.Parameters(run.Best), "best parameter");
        Assert.Equal(
            expected.History.Select(record => record with { Seconds = 0 }), run.History.Select(record => record with { Seconds = 0 }));
        Assert.Equal(run.History.Count, File.ReadAllLines(_folder["record.jsonl"]).Length);
        Assert.Equal((expected.BestUpdate, expected.BestValidationLoss, expected.Ending), (run.BestUpdate, run.BestValidationLoss, run.Ending));
    }

    /// <summary>What in the text of a checkpoint becomes what, the item that is at fault, and the rule.</summary>
    [Theory]
    [InlineData("fastrnn.fit", "\"epoch\":0", "\"epoch\":-1", "from 0 to 2147483647 for 'epoch', but it is -1")]
    [InlineData("fastrnn.fit", "\"batch\":4", "\"batch\":9223372036854775807", "for 'batch'")]
    [InlineData("fastrnn.fit", "\"plateauFactor\":1", "\"plateauFactor\":-2", "from 0 to 1 for 'plateauFactor', but it is -2")]
    [InlineData("fastrnn.fit", "\"isBest\":true", "\"isBest\":3", "true or false")]
    [InlineData("fastrnn.trainer", "\"frozenLayers\":[1]", "\"frozenLayers\":[0.5]", "number of a layer, but got 0.5")]
    [InlineData("fastrnn.trainer", "\"frozenLayers\":[1]", "\"frozenLayers\":[7]", "from 0 to 2")]
    public void RnnTrainer_FromCheckpoint_damagedText_isRefused(string item, string text, string other, string rule)
    {
        string path = _folder["a.safetensors"];
        using (RnnTrainer trainer = Create())
        {
            trainer.FrozenLayers = [1];
            trainer.Fit(Data(20), Data(10), new FitOptions { Epochs = 1, BatchSize = 6, Checkpoint = new FileCheckpoint(path) });
        }

        RawSafetensors.ChangeText(path, item, old =>
        {
            Assert.Contains(text, old, StringComparison.Ordinal);
            return old.Replace(text, other, StringComparison.Ordinal);
        });
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => RnnTrainer.FromCheckpoint(path));
        Assert.StartsWith(item, exception.Item, StringComparison.Ordinal);
        Assert.Contains(rule, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RnnTrainer_Fit_average_isValidatedAndKept()
    {
        SequenceSet training = Data(20), validation = Data(10);
        using RnnTrainer trainer = Create();
        trainer.AverageDecay = 0.9f;
        TrainingRun<RnnModel> run = trainer.Fit(training, validation, new FitOptions { Epochs = 1, BatchSize = 6 });
        Compare.SameBits(TrainingData.Parameters(trainer.ToAveragedModel()), TrainingData.Parameters(run.Best), "parameter");
        using var averaged = new RnnTrainer(run.Best, new Sgd(1), Loss.SquaredError);
        Assert.Equal(run.BestValidationLoss!.Value, Evaluate(averaged, validation), 1e-5f);
        Assert.False(Compare.AreSameBits(TrainingData.Parameters(run.Best), TrainingData.Parameters(trainer)));
    }

    [Fact]
    public void RnnTrainer_Fit_diverging_endsWithTheUpdateAndKeepsTheBest()
    {
        SequenceSet training = Data(20), validation = Data(10);
        using var trainer = new RnnTrainer(new RnnSpec(2, Cell.Elman(4, Activation.Relu), Layer.Dense(1)), new Sgd(1e6f), Loss.SquaredError, Seed);
        float before = Evaluate(trainer, validation);
        TrainingRun<RnnModel> run = trainer.Fit(
            training, validation, new FitOptions { Epochs = 100, BatchSize = 5, ValidateEvery = 1, Schedule = Schedule.Constant with { WarmUp = 100_000_000 } });
        Assert.True(run.Ending == TrainingEnding.Diverged, $"{run.Ending} {run.Message} from {before}");
        Assert.Matches("^Update [0-9]+: .*(layers|loss).*Try a lower learning rate", run.Message);
        Assert.All(TrainingData.Parameters(run.Best), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void RnnTrainer_Fit_badInput_isRefused()
    {
        SequenceSet set = Data(4);
        using RnnTrainer trainer = Create();
        BadInput.Refused<ArgumentException>(
            "training", "InputSize = 2", "InputSize = 3",
            () => trainer.Fit(new ShuffledBatches(Other(), 1, 1)));
        BadInput.Refused<ArgumentException>("set", "Expected sequences", "empty", () => trainer.Fit(SequenceSet.For(trainer)));
        BadInput.Refused<ArgumentOutOfRangeException>("steps", "no longer than the strands", "100", () => trainer.Fit(set, null, new() { Window = 100, BatchSize = 1 }));
        BadInput.Refused<ArgumentOutOfRangeException>("Epochs", "at least 1", "0", () => _ = new FitOptions { Epochs = 0 });
        BadInput.Refused<ArgumentOutOfRangeException>("Patience", "at least 1", "0", () => _ = new FitOptions { Patience = 0 });
        BadInput.Refused<ArgumentOutOfRangeException>("MaxUpdates", "at least 1", "-1", () => _ = new FitOptions { MaxUpdates = -1 });
        using var both = new RnnTrainer(new RnnSpec(2, Cell.Bidirectional(Cell.Gru(2)), Layer.Dense(1)), new Sgd(1), Loss.SquaredError, 1);
        BadInput.Refused<ArgumentException>(
            "training", "see no later step", "layers[0]", () => both.Fit(set, null, new() { Window = 2, BatchSize = 1 }));

        static SequenceSet Other()
        {
            var other = new SequenceSet(new SequenceLayout { InputSize = 3, TargetSize = 1 });
            other.Add(new float[3], new float[1]);
            return other;
        }
    }

    private static RnnTrainer Create() => new(Spec, new Adam(0.02f), Loss.SquaredError, Seed) { MaxGradientNorm = 1 };

    /// <summary>The running mean of a product, with noise.</summary>
    private static SequenceSet Data(int count, int steps = 0)
    {
        var set = new SequenceSet(new SequenceLayout { InputSize = 2, TargetSize = 1 });
        var random = new Random(count + steps);
        for (int i = 0; i < count; i++)
        {
            int length = steps > 0 ? steps : 3 + random.Next(6);
            float[] inputs = RandomData.Uniform(random, 2 * length), targets = new float[length];
            float mean = 0;
            for (int t = 0; t < length; t++)
            {
                mean = 0.5f * mean + inputs[2 * t] * inputs[2 * t + 1];
                targets[t] = mean + 0.2f * (random.NextSingle() - 0.5f);
            }

            set.Add(inputs, targets);
        }

        return set;
    }

    private static float Evaluate(RnnTrainer trainer, SequenceSet set)
    {
        var source = new ShuffledBatches(set, set.Count, null);
        var batch = new SequenceBatch(set.Layout);
        source.TryFill(batch);
        return trainer.Evaluate(batch.Inputs, batch.Targets, batch.Shape);
    }

    private sealed class Reports(List<TrainingProgress> reports) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => reports.Add(value);
    }
}
