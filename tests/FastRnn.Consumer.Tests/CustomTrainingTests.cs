using FastRnn.Serialization;
using FastRnn.Training;
using Xunit;

namespace FastRnn.Consumer.Tests;

/// <summary>A loss, an optimizer and a schedule of one's own.</summary>
public sealed class CustomTrainingTests
{
    [Fact]
    public void Trainer_ownLossAndOptimizer_learnsAndGoesOnFromACheckpoint()
    {
        var spec = new RnnSpec(1, Cell.Elman(4), Layer.Dense(1));
        float[] inputs = [0.5f, -0.5f, 1, -1, 0.25f], targets = [1, -1, 2, -2, 0.5f];
        BatchShape Shape() => new() { Steps = 5, Sequences = 1 };
        using var trainer = new RnnTrainer(spec, new SignDescent(0.01f), new LogCoshLoss(), seed: 1);
        var schedule = new HalvingSchedule();
        float first = trainer.Evaluate(inputs, targets, Shape());
        for (int update = 1; update <= 200; update++)
        {
            trainer.LearningRateScale = schedule.GetFactor(update, 400);
            Assert.True(trainer.Step(inputs, targets, Shape()).Applied);
        }

        string path = Path.Combine(Path.GetTempPath(), $"fastrnn-{Guid.NewGuid():N}.safetensors");
        try
        {
            trainer.SaveCheckpoint(path);
            Assert.Throws<FastRnnFormatException>(() => RnnTrainer.FromCheckpoint(path));
            using RnnTrainer resumed = RnnTrainer.FromCheckpoint(path, null, new SignDescent(0.01f), new LogCoshLoss());
            for (int update = 201; update <= 400; update++)
            {
                trainer.LearningRateScale = resumed.LearningRateScale = schedule.GetFactor(update, 400);
                Assert.Equal(trainer.Step(inputs, targets, Shape()), resumed.Step(inputs, targets, Shape()));
            }
        }
        finally
        {
            File.Delete(path);
        }

        Assert.True(trainer.Evaluate(inputs, targets, Shape()) < first / 20);
    }

    /// <summary>ln cosh(ŷ − y), summed over an output.</summary>
    private sealed record LogCoshLoss : LossFunction
    {
        protected override double Evaluate(in LossBatch batch, float scale)
        {
            double sum = 0;
            for (int i = 0; i < batch.Outputs.Length; i++)
            {
                float weight = batch.WeightOf(i / batch.OutputSize);
                double error = batch.Outputs[i] - batch.Targets[i];
                sum += weight * Math.Log(Math.Cosh(error));
                batch.Outputs[i] = (float)(scale * weight * Math.Tanh(error));
            }

            return sum;
        }
    }

    /// <summary>θ ← θ − η·sgn(m), m ← 0.5·m + g.</summary>
    private sealed class SignDescent(float learningRate) : Optimizer(learningRate)
    {
        public override int MomentCount => 1;

        protected override void Update(in ParameterUpdate update)
        {
            Span<float> means = update.Moment(0);
            for (int i = 0; i < means.Length; i++)
            {
                means[i] = 0.5f * means[i] + update.Gradients[i];
                update.Parameters[i] -= update.LearningRate * Math.Sign(means[i]);
            }
        }
    }

    /// <summary>f(i) = 1, from the middle on 1/2.</summary>
    private sealed record HalvingSchedule : LearningRateSchedule
    {
        protected override double Factor(long index, long count) => index < count / 2 ? 1 : 0.5;
    }
}
