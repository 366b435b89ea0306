using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>A step down the gradient lowers the loss, whatever the network and its shape.</summary>
public sealed class LearningTests
{
    private const int T = 5;

    /// <summary>Small enough that the loss is nearly linear over a step.</summary>
    private const float LearningRate = 1e-2f;

    /// <summary>
    /// The loss falls by the rate times the squared norm of the gradient, but for what it bends over so small a step. One-to-many
    /// bends most, as a step's outputs are in all that follow.
    /// </summary>
    private const double Bend = 0.25;

    /// <summary>Two losses in float, each of about 0.1 with an error of some 1e-7.</summary>
    private const double LossError = 3e-7;

    private static readonly int[] Lengths = [2, T, 1, 4];

    /// <summary>With dropout a step goes down another loss than the one that is evaluated.</summary>
    public static TheoryData<string, SequenceShape> Shapes => [.. Zoo.Shapes.Where(row => row.Data.Item1 != Zoo.Dropout)];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void RnnTrainer_Step_everyNetworkAndShape_lowersTheLossByTheGradient(string name, SequenceShape shape)
    {
        RnnSpec spec = Zoo.Spec(name, shape);
        foreach (bool isRagged in new[] { false, true })
        {
            var batch = new ZooBatch(spec, T, Lengths, isRagged, 5);
            using var trainer = new RnnTrainer(spec, new Sgd(LearningRate), Loss.HalfSquaredError, 4);
            TrainingStep step = batch.Train(trainer);
            double expected = LearningRate * (double)step.GradientNorm * step.GradientNorm;
            Assert.True(expected > 10 * LossError, $"the gradient of {step.GradientNorm} is too small to tell");
            Compare.Within(expected, step.Loss - batch.Evaluate(trainer), Bend * expected + LossError, $"{name}, {shape}");
        }
    }
}
