using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>The learning-rate range test.</summary>
public sealed class LearningRateSearchTests
{
    private static readonly RnnSpec Spec = new(1, Cell.Gru(6), Layer.Dense(1));

    [Fact]
    public void RnnTrainer_FindLearningRate_goesUpToWhereTheLossDiverges()
    {
        using RnnTrainer trainer = Create();
        SequenceSet set = Data();
        trainer.Fit(set, null, new() { Epochs = 1 });
        trainer.FrozenLayers = [];
        float[] before = TrainingData.Parameters(trainer);
        LearningRateRange range = trainer.FindLearningRate(new ShuffledBatches(set, 8, 1), 1e-5f, 1000, 120);
        Compare.SameBits(before, TrainingData.Parameters(trainer), "parameter");
        Assert.InRange(range.Points.Count, 60, 119);
        Assert.Equal(1e-5f, range.Points[0].LearningRate, 1e-9f);
        for (int i = 1; i < range.Points.Count; i++)
        {
            Assert.Equal(Math.Pow(1e8, 1.0 / 119), range.Points[i].LearningRate / (double)range.Points[i - 1].LearningRate, 1e-4);
        }

        Assert.InRange(range.Suggested!.Value, 1e-4f, range.Points[^1].LearningRate);
        Assert.Equal(trainer.Step(One(), One(), Shape()), Again().Step(One(), One(), Shape()));

        RnnTrainer Again()
        {
            RnnTrainer other = Create();
            other.Fit(set, null, new() { Epochs = 1 });
            return other;
        }
    }

    [Fact]
    public void RnnTrainer_FindLearningRate_badInput_isRefused()
    {
        using RnnTrainer trainer = Create();
        var source = new ShuffledBatches(Data(), 8, 1);
        BadInput.Refused<ArgumentOutOfRangeException>("lowest", "above 0", "0", () => trainer.FindLearningRate(source, 0));
        BadInput.Refused<ArgumentOutOfRangeException>("highest", "above 1", "0.5", () => trainer.FindLearningRate(source, 1, 0.5f));
        BadInput.Refused<ArgumentOutOfRangeException>("steps", "'10'", "3", () => trainer.FindLearningRate(source, steps: 3));
        var other = new SequenceSet(new SequenceLayout { InputSize = 2, TargetSize = 1 });
        other.Add(new float[2], new float[1]);
        BadInput.Refused<ArgumentException>(
            "source", "InputSize = 1", "InputSize = 2", () => trainer.FindLearningRate(new ShuffledBatches(other, 1, 1)));
    }

    private static RnnTrainer Create() => new(Spec, new Sgd(0.01f, 0.9f), Loss.SquaredError, 1);

    private static float[] One() => [0.5f];

    private static BatchShape Shape() => new() { Steps = 1, Sequences = 1 };

    private static SequenceSet Data()
    {
        var set = new SequenceSet(SequenceLayout.Of(Spec, Loss.SquaredError));
        var random = new Random(3);
        for (int i = 0; i < 40; i++)
        {
            float[] inputs = RandomData.Uniform(random, 6);
            set.Add(inputs, inputs.Select(x => 2 * x + 1).ToArray());
        }

        return set;
    }
}
