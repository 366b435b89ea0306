using FastRnn.Serialization;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>The loop of a training of an encoder and a decoder against the steps that it stands for.</summary>
public sealed class EncoderDecoderTrainerFitTests : IDisposable
{
    private const int Start = 0, End = 1;

    private static readonly RnnSpec Encoder = RnnSpec.ForIndices(6, Layer.Embedding(3), Cell.Gru(5));
    private static readonly RnnSpec Decoder = RnnSpec.ForIndices(
        6, Layer.Embedding(3), Cell.Gru(5), Layer.Attention(5), Layer.Dropout(0.2f, 3), Layer.Dense(6, Activation.Softmax));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    public void EncoderDecoderTrainer_Fit_updates_areTheStepsByHand(double sampling)
    {
        using EncoderDecoderTrainer fitted = Create(sampling), byHand = Create(sampling);
        SequencePairSet training = Data(fitted, 20), validation = Data(fitted, 10);
        TrainingRun<EncoderDecoder> run = fitted.Fit(training, validation, new FitOptions { Epochs = 2, BatchSize = 6, Seed = 2 });
        var source = new ShuffledPairs(training, 6, 2);
        var validated = new ShuffledPairs(validation, 10, null);
        var read = new SequenceBatch(source.SourceLayout);
        var written = new SequenceBatch(source.TargetLayout);
        var best = (Loss: float.PositiveInfinity, Model: byHand.ToModel());
        for (int epoch = 0; epoch < 2; epoch++)
        {
            source.Start(epoch);
            while (source.TryFill(read, written))
            {
                byHand.Step(read.Inputs, read.Shape, written.Inputs, written.Targets, written.Shape);
            }

            validated.Start(0);
            validated.TryFill(read, written);
            float loss = byHand.Evaluate(read.Inputs, read.Shape, written.Inputs, written.Targets, written.Shape);
            best = loss < best.Loss ? (loss, byHand.ToModel()) : best;
        }

        Assert.Equal(best.Loss, run.BestValidationLoss!.Value, 1e-5f);
        SameBits(best.Model, run.Best);
        SameBits(byHand.ToModel(), fitted.ToModel());
        Assert.Equal(8, fitted.Updates);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    public void EncoderDecoderTrainer_Fit_fromACheckpoint_goesOnWithTheSameBits(long every)
    {
        using EncoderDecoderTrainer whole = Create(0.3);
        SequencePairSet training = Data(whole, 20), validation = Data(whole, 10);
        FitOptions options = new()
        {
            Epochs = 3,
            BatchSize = 6,
            ValidateEvery = 2,
        };
        TrainingRun<EncoderDecoder> expected = whole.Fit(training, validation, options);
        string path = _folder["a.safetensors"];
        using (EncoderDecoderTrainer first = Create(0.3))
        {
            using var source = new CancellationTokenSource();
            TrainingRun<EncoderDecoder> canceled = first.Fit(
                training, validation, options with { Checkpoint = new FileCheckpoint(path) { Every = every } },
                new Canceling(source, every), source.Token);
            Assert.Equal((TrainingEnding.Canceled, every), (canceled.Ending, first.Updates));
        }

        using EncoderDecoderTrainer second = EncoderDecoderTrainer.FromCheckpoint(path);
        Assert.Equal(whole.ScheduledSampling, second.ScheduledSampling);
        TrainingRun<EncoderDecoder> run = second.Fit(training, validation, options);
        SameBits(whole.ToModel(), second.ToModel());
        SameBits(expected.Best, run.Best);
        Assert.Equal((expected.BestUpdate, expected.BestValidationLoss), (run.BestUpdate, run.BestValidationLoss));
    }

    [Fact]
    public void SequencePairSet_Add_ofIndices_putsStartAndEndAround()
    {
        using EncoderDecoderTrainer trainer = Create(0);
        var set = SequencePairSet.For(trainer, Start, End);
        set.Add((int[])[3, 4, 5], [2, 5]);
        set.Add((int[])[2], []);
        var source = new SequenceBatch(new ShuffledPairs(set, 2, null).SourceLayout);
        var target = new SequenceBatch(new ShuffledPairs(set, 2, null).TargetLayout);
        Assert.True(new ShuffledPairs(set, 2, null).TryFill(source, target));
        Assert.Equal([3, 2, 4, 0, 5, 0], source.InputIndices.ToArray());
        Assert.Equal([3, 1], source.Lengths.ToArray());
        Assert.Equal(0, source.Targets.Length);
        Assert.Equal([Start, Start, 2, 0, 5, 0], target.InputIndices.ToArray());
        Assert.Equal([2, End, 5, 0, End, 0], target.TargetIndices.ToArray());
        Assert.Equal([3, 1], target.Lengths.ToArray());
    }

    [Fact]
    public void SequencePairSet_Split_keepsPairsTogether()
    {
        using EncoderDecoderTrainer trainer = Create(0);
        var set = SequencePairSet.For(trainer, Start, End);
        for (int i = 0; i < 12; i++)
        {
            set.Add((int[])[2 + i % 4, i % 6], [2 + i % 4, i % 6]);
        }

        (SequencePairSet first, SequencePairSet second) = set.Split(0.25, 3);
        Assert.Equal((9, 3), (first.Count, second.Count));
        foreach (SequencePairSet part in (SequencePairSet[])[first, second])
        {
            for (int i = 0; i < part.Count; i++)
            {
                Assert.Equal(part.Sources.GetInputs(i).Indices.ToArray(), part.Targets.GetInputs(i).Indices[1..].ToArray());
            }
        }

        Assert.Equal((9, 3), (set.SplitInOrder(0.25).First.Count, set.Split(index => index > 8).Second.Count));
        second.Add((int[])[2], [3]);
        Assert.Equal((4, 12), (second.Count, set.Count));
    }

    [Fact]
    public void EncoderDecoderTrainer_Fit_badInput_isRefused()
    {
        using EncoderDecoderTrainer trainer = Create(0);
        SequencePairSet set = Data(trainer, 3);
        using var other = new EncoderDecoderTrainer(
            new RnnSpec(2, Cell.Gru(5)), new RnnSpec(6, Cell.Gru(5), Layer.Dense(6)), new Sgd(1), Loss.SquaredError, 1);
        BadInput.Refused<ArgumentException>("training", "sources of the layout", "InputSize = 0", () => other.Fit(set));
        BadInput.Refused<ArgumentException>("set", "Expected sequences", "empty", () => trainer.Fit(SequencePairSet.For(trainer, 0, 1)));
        BadInput.Refused<ArgumentException>("options", "no Window", "3", () => trainer.Fit(set, null, new() { Window = 3 }));
        BadInput.Refused<ArgumentException>(
            "trainer", "takes indices", "SquaredError", () => SequencePairSet.For(other, 0, 1));
        BadInput.Refused<ArgumentOutOfRangeException>("endIndex", "0 to 5", "6", () => SequencePairSet.For(trainer, 0, 6));
        BadInput.Refused<ArgumentOutOfRangeException>("source", "0 to 5", "7", () => set.Add((int[])[7], [2]));
        BadInput.Refused<ArgumentOutOfRangeException>("inputs", "0 to 5", "9", () => set.Add((int[])[2], [9]));
        BadInput.Refused<ArgumentException>("source", "indices", "values", () => set.Add((float[])[2], [3]));
        Assert.Throws<InvalidOperationException>(() => SequencePairSet.For(trainer).Add((int[])[1], [2]));
        Assert.Equal(3, set.Count);
        BadInput.Refused<ArgumentOutOfRangeException>(
            "Probability", "above 0", "1.5", () => _ = new ScheduledSampling { Probability = 1.5f });
        using var wide = new EncoderDecoderTrainer(
            new RnnSpec(2, Cell.Gru(5)), new RnnSpec(6, Cell.Gru(5), Layer.Dense(2)), new Sgd(1), Loss.SquaredError, 1);
        BadInput.Refused<ArgumentException>(
            "ScheduledSampling", "6 outputs", "has 2", () => wide.ScheduledSampling = new() { Probability = 1 });
    }

    private static EncoderDecoderTrainer Create(double sampling)
        => new(Encoder, Decoder, new Adam(0.02f), Loss.CrossEntropy, 5)
        {
            MaxGradientNorm = 1,
            ScheduledSampling = sampling > 0 ? new() { Probability = (float)sampling, RampUpdates = 3, Seed = 4 } : null,
        };

    /// <summary>Words and the same in reverse.</summary>
    private static SequencePairSet Data(EncoderDecoderTrainer trainer, int count)
    {
        var random = new Random(count);
        var set = SequencePairSet.For(trainer, Start, End);
        for (int i = 0; i < count; i++)
        {
            int[] word = [.. Enumerable.Range(0, 1 + random.Next(5)).Select(_ => 2 + random.Next(4))];
            set.Add(word, [.. word.Reverse()]);
        }

        return set;
    }

    private static void SameBits(EncoderDecoder expected, EncoderDecoder actual)
    {
        Compare.SameBits(TrainingData.Parameters(expected.Encoder), TrainingData.Parameters(actual.Encoder), "encoder parameter");
        Compare.SameBits(TrainingData.Parameters(expected.Decoder), TrainingData.Parameters(actual.Decoder), "decoder parameter");
    }
}
