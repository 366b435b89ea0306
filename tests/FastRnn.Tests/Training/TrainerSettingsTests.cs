using FastRnn.Serialization;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>What all optimizers have in common: decay, frozen layers, averages, clipping by value, schedules, checkpoints.</summary>
public sealed class TrainerSettingsTests : IDisposable
{
    private const int I = 3, O = 2, T = 4, N = 3, Seed = 7;

    private static readonly RnnSpec Spec = new(I, Layer.Affine(isTrained: false), Cell.Gru(5), Layer.Dense(4, Activation.Tanh), Layer.Dense(O));

    private static readonly Optimizer[] Optimizers =
    [
        new Sgd(0.1f), new Sgd(0.1f, 0.9f), new Sgd(0.1f, 0.8f, nesterov: true) { WeightDecay = 0.1f }, new Adam(0.02f) { WeightDecay = 0.1f },
        new AdamW(0.02f) { DecaysVectors = true }, new NAdam(0.02f), new RmsProp(0.01f), new RmsProp(0.01f, momentum: 0.5f),
        new Adagrad(0.1f) { WeightDecay = 0.01f, DecaysVectors = true },
    ];

    private static readonly LossFunction[] Losses =
    [
        Loss.HalfSquaredError, Loss.SquaredError, Loss.AbsoluteError, Loss.Huber, Loss.Huber with { Delta = 0.5f }, Loss.BinaryCrossEntropy,
        Loss.BinaryCrossEntropy with { PositiveWeight = 2 }, Loss.Quantile(0.1f, 0.9f), Loss.Gaussian, Loss.CrossEntropy,
        Loss.CrossEntropy with { LabelSmoothing = 0.1f, IgnoredTarget = -100, ClassWeights = [1, 2.5f] },
        Loss.Ctc, Loss.Ctc with { Blank = 1 },
    ];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<int> OptimizerIndices => [.. Enumerable.Range(0, Optimizers.Length)];

    public static TheoryData<int> LossIndices => [.. Enumerable.Range(0, Losses.Length)];

    private string FilePath => _folder["a.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(OptimizerIndices))]
    public void RnnTrainer_FromCheckpoint_everyOptimizer_goesOnWithTheSameBits(int index)
    {
        using RnnTrainer whole = Create(Optimizers[index], Loss.SquaredError), first = Create(Optimizers[index], Loss.SquaredError);
        Train(first, 0, 5);
        first.SaveCheckpoint(FilePath);
        using RnnTrainer second = RnnTrainer.FromCheckpoint(FilePath);
        Assert.Equal(
            (first.MaxGradientValue, first.LearningRateScale, first.AverageDecay, first.Optimizer.WeightDecay, first.Updates),
            (second.MaxGradientValue, second.LearningRateScale, second.AverageDecay, second.Optimizer.WeightDecay, second.Updates));
        Assert.Equal([2], second.FrozenLayers);
        Train(second, 5, 5);
        Train(whole, 0, 10);
        Compare.SameBits(TrainingData.Parameters(whole), TrainingData.Parameters(second), "parameter");
        Compare.SameBits(
            TrainingData.Parameters(whole.ToAveragedModel()), TrainingData.Parameters(second.ToAveragedModel()), "averaged parameter");
    }

    [Theory]
    [MemberData(nameof(LossIndices))]
    public void RnnTrainer_FromCheckpoint_everyLoss_isTheSame(int index)
    {
        using var trainer = new RnnTrainer(Spec, new Sgd(1), Losses[index], Seed);
        trainer.SaveCheckpoint(FilePath);
        using RnnTrainer loaded = RnnTrainer.FromCheckpoint(FilePath);
        Assert.Equal(Losses[index], loaded.Loss);
        Assert.Equal(Losses[index].GetHashCode(), loaded.Loss.GetHashCode());
        Assert.All(Losses, loss => Assert.Equal(ReferenceEquals(loss, Losses[index]), loss.Equals(loaded.Loss)));
    }

    [Fact]
    public void RnnTrainer_WeightDecay_noGradient_shrinksMatricesAlone()
    {
        foreach ((Optimizer optimizer, bool all) in new (Optimizer, bool)[]
        {
            (new Sgd(0.5f) { WeightDecay = 0.25f }, false), (new AdamW(0.5f) { WeightDecay = 0.25f, DecaysVectors = true }, true),
        })
        {
            using var trainer = new RnnTrainer(Spec, optimizer, Loss.CrossEntropy with { IgnoredTarget = -1 }, Seed);
            float[] before = TrainingData.Parameters(trainer);
            int[] ignored = new int[T * N];
            Array.Fill(ignored, -1);
            Assert.Equal(0, trainer.Step(new float[T * N * I], ignored, Shape).Loss);
            float[] after = TrainingData.Parameters(trainer);
            int start = 0;
            foreach ((LayerSpec layer, LayerPlace place) in Spec.Layers.At(I))
            {
                foreach (ParameterShape shape in layer.GetParameters(place.InputSize))
                {
                    float factor = shape.IsTrained && (all || !shape.IsVector) ? 1 - 0.5f * 0.25f : 1;
                    for (int i = start; i < start + shape.Length; i++)
                    {
                        Compare.Within(before[i] * factor, after[i], 1e-7, $"{optimizer} {layer.Kind} {shape.Name}");
                    }

                    start += (int)shape.Length;
                }
            }
        }
    }

    [Fact]
    public void RnnTrainer_FrozenLayers_stayAndHaveNoPartInTheNorm()
    {
        using RnnTrainer all = New(), frozen = New();
        frozen.FrozenLayers = [1, 3];
        float[] before = TrainingData.Parameters(frozen);
        TrainingStep of = Step(all, 0), step = Step(frozen, 0);
        float[] after = TrainingData.Parameters(frozen), other = TrainingData.Parameters(all);
        Assert.True(step.GradientNorm < of.GradientNorm);
        int gru = 2 * I, dense = gru + 15 * (I + 5) + 15 + 5, last = dense + 4 * 5 + 4;
        Compare.SameBits(before.AsSpan(0, dense), after.AsSpan(0, dense), "frozen");
        Compare.SameBits(other.AsSpan(dense, last - dense), after.AsSpan(dense, last - dense), "trained");
        Compare.SameBits(before.AsSpan(last), after.AsSpan(last), "frozen");
        Assert.False(Compare.AreSameBits(before.AsSpan(dense, last - dense).ToArray(), after.AsSpan(dense, last - dense).ToArray()));
        BadInput.Refused<ArgumentOutOfRangeException>("FrozenLayers", "from 0 to 3", "4", () => frozen.FrozenLayers = [0, 4]);
        BadInput.Refused<ArgumentNullException>("FrozenLayers", "", "", () => frozen.FrozenLayers = null!);

        static RnnTrainer New() => new(Spec, new Sgd(0.1f), Loss.SquaredError, Seed);
    }

    [Fact]
    public void RnnTrainer_AverageDecay_isTheRunningAverage()
    {
        using var trainer = new RnnTrainer(Spec, new Sgd(0.1f), Loss.SquaredError, Seed);
        Assert.Throws<InvalidOperationException>(trainer.ToAveragedModel);
        trainer.AverageDecay = 0.75f;
        double[] average = RandomData.ToDouble(TrainingData.Parameters(trainer));
        for (int step = 0; step < 5; step++)
        {
            Step(trainer, step);
            float[] now = TrainingData.Parameters(trainer);
            average = [.. average.Select((mean, i) => 0.75 * mean + 0.25 * now[i])];
        }

        Compare.Near(average, TrainingData.Parameters(trainer.ToAveragedModel()), 1e-6, 1e-6, "average");
        trainer.AverageDecay = 0;
        Assert.Throws<InvalidOperationException>(trainer.ToAveragedModel);
        BadInput.Refused<ArgumentOutOfRangeException>("AverageDecay", "from 0", "1", () => trainer.AverageDecay = 1);
    }

    [Fact]
    public void RnnTrainer_MaxGradientValue_andLearningRateScale_limitTheStep()
    {
        const float Limit = 1e-3f;
        using var trainer = new RnnTrainer(Spec, new Sgd(2), Loss.SquaredError, Seed) { MaxGradientValue = Limit, LearningRateScale = 0.25f };
        float[] before = TrainingData.Parameters(trainer);
        Assert.True(Step(trainer, 0).GradientNorm > Limit);
        float[] moves = [.. TrainingData.Parameters(trainer).Select((after, i) => Math.Abs(after - before[i]))];
        Assert.InRange(moves.Max(), 0.9f * 0.5f * Limit, 1.01f * 0.5f * Limit);
        BadInput.Refused<ArgumentOutOfRangeException>("MaxGradientValue", "above 0", "0", () => trainer.MaxGradientValue = 0);
        BadInput.Refused<ArgumentOutOfRangeException>("LearningRateScale", "at least 0", "-1", () => trainer.LearningRateScale = -1);
        trainer.LearningRateScale = 0;
        before = TrainingData.Parameters(trainer);
        Step(trainer, 1);
        Compare.SameBits(before, TrainingData.Parameters(trainer), "parameter");
    }

    /// <summary>A weight of 0 is as if the sequence ended there; weights of 2 throughout change nothing.</summary>
    [Fact]
    public void RnnTrainer_Step_weights_countTargets()
    {
        (float[] inputs, float[] targets) = Data(0);
        float[] weights = [.. Enumerable.Range(0, T * N).Select(row => row / N < 2 ? 2f : 0f)];
        using RnnTrainer first = New(), second = New();
        BatchShape whole = new() { Steps = T, Sequences = N };
        float expected = first.Evaluate(inputs.AsSpan(0, 2 * N * I), targets.AsSpan(0, 2 * N * O), new() { Steps = 2, Sequences = N });
        float[] unread = [.. targets.Select((y, i) => i / O / N < 2 ? y : float.NaN)];
        Assert.Equal(expected, second.Evaluate(inputs, unread, whole, weights: weights), 1e-6f);
        Assert.Equal(expected, second.Step(inputs, unread, whole, weights).Loss, 1e-6f);

        int[] lengths = [4, 2, 3];
        float ragged = first.Evaluate(inputs, targets, new() { Steps = T, Sequences = N, Lengths = lengths });
        float[] ends = [.. Enumerable.Range(0, T * N).Select(row => row / N < lengths[row % N] ? 1f : 0f)];
        Assert.Equal(ragged, first.Evaluate(inputs, targets, whole, weights: ends), 1e-6f);
        Assert.Equal(
            ragged, first.Evaluate(inputs, targets, new() { Steps = T, Sequences = N, Lengths = lengths }, weights: ends), 1e-6f);
        BadInput.Refused<ArgumentException>("weights", "[T, N] = 12", "11", () => first.Step(inputs, targets, Shape, new float[11]));
        weights[3] = float.NaN;
        BadInput.Refused<ArgumentOutOfRangeException>("weights", "weights[3]", "NaN", () => first.Step(inputs, targets, Shape, weights));

        static RnnTrainer New() => new(Spec, new Sgd(0.1f), Loss.SquaredError, Seed);
    }

    private static BatchShape Shape => new() { Steps = T, Sequences = N };

    private static RnnTrainer Create(Optimizer optimizer, LossFunction loss)
        => new(Spec, optimizer, loss, Seed)
        {
            MaxGradientValue = 0.25f,
            MaxGradientNorm = 0.5f,
            LearningRateScale = 0.5f,
            AverageDecay = 0.5f,
            FrozenLayers = [2],
        };

    private static void Train(RnnTrainer trainer, int first, int count)
    {
        for (int step = first; step < first + count; step++)
        {
            Step(trainer, step);
        }
    }

    private static TrainingStep Step(RnnTrainer trainer, int step)
    {
        (float[] inputs, float[] targets) = Data(step);
        return trainer.Step(inputs, targets, Shape);
    }

    private static (float[] Inputs, float[] Targets) Data(int step) => new TrainingData(Spec, T, N, Seed + step).Values();
}
