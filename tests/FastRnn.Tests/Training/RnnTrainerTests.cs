using FastRnn.Tests.Reference;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>Whole training steps against the reference, and what a trainer keeps and hands out.</summary>
public sealed class RnnTrainerTests
{
    private const int T = 6, N = 3;
    private const int Windows = 20;

    /// <summary>Errors of float in 20 updates, each of a gradient carried back over 6 steps.</summary>
    private const double Tolerance = 1e-4;

    private static readonly NetworkShape NetworkShape = new(3, 17, Activation.Tanh, Activation.Sigmoid, 4);
    private static readonly RnnSpec Spec = NetworkShape.ToSpec();

    private static BatchShape Shape => new() { Steps = T, Sequences = N };

    [Theory]
    [InlineData(false, float.PositiveInfinity)]
    [InlineData(true, float.PositiveInfinity)]
    [InlineData(true, 0.1f)]
    public void RnnTrainer_Step_manyWindows_isTheReference(bool carry, float maxNorm)
    {
        foreach (ReferenceLoss loss in new[] { ReferenceLoss.HalfSquaredError, ReferenceLoss.BinaryCrossEntropy })
        {
            double[] start = RandomData.ToDouble(TrainingData.Parameters(RnnModel.Create(Spec, 5)));
            var adam = new ReferenceOptimizers.Adam(start.Length, 0.01, 0.9, 0.999, 1e-8);
            Check(new Adam(0.01f), new ReferenceTrainer(NetworkShape, [.. start], loss, adam.Update), loss.Product, carry, maxNorm);
            Check(
                new Sgd(0.3f),
                new ReferenceTrainer(NetworkShape, [.. start], loss, (p, g) => ReferenceOptimizers.Sgd(p, g, 0.3)),
                loss.Product, carry, maxNorm);
        }
    }

    [Fact]
    public void RnnTrainer_Step_classes_isTheReference()
    {
        var shape = new NetworkShape(2, 9, Activation.Relu, Activation.Softmax, 5);
        RnnSpec spec = shape.ToSpec();
        double[] start = RandomData.ToDouble(TrainingData.Parameters(RnnModel.Create(spec, 5)));
        var reference = new ReferenceTrainer(
            shape, start, ReferenceLoss.CrossEntropy, (p, g) => ReferenceOptimizers.Sgd(p, g, 0.1));
        using var trainer = new RnnTrainer(spec, new Sgd(0.1f), Loss.CrossEntropy, 5);
        var data = new TrainingData(spec, T, N, 1);
        for (int window = 0; window < Windows; window++)
        {
            (float[] inputs, int[] targets) = data.Classes();
            (double value, double norm) = reference.Step(RandomData.ToDouble(inputs), RandomData.ToDouble(targets), T, N);
            CheckStep(value, norm, trainer.Step(inputs, targets, Shape));
        }

        Compare.Near(start, TrainingData.Parameters(trainer), 0, Tolerance, "parameter");
    }

    [Fact]
    public void RnnTrainer_sameSeed_givesTheSameBits()
    {
        using var a = new RnnTrainer(Spec, new Adam(), Loss.HalfSquaredError, 9);
        using var b = new RnnTrainer(Spec, new Adam(), Loss.HalfSquaredError, 9);
        using var other = new RnnTrainer(Spec, new Adam(), Loss.HalfSquaredError, 10);
        var data = new TrainingData(Spec, T, N, 2);
        for (int window = 0; window < Windows; window++)
        {
            (float[] inputs, float[] targets) = data.Values();
            Assert.Equal(a.Step(inputs, targets, Shape), b.Step(inputs, targets, Shape));
            other.Step(inputs, targets, Shape);
        }

        Compare.SameBits(TrainingData.Parameters(a), TrainingData.Parameters(b));
        Assert.False(Compare.AreSameBits(TrainingData.Parameters(a), TrainingData.Parameters(other)));
    }

    [Fact]
    public void RnnTrainer_constructor_seed_startsFromTheModelOfTheSeed()
    {
        using var trainer = new RnnTrainer(Spec, new Adam(), Loss.HalfSquaredError, 9);
        Compare.SameBits(TrainingData.Parameters(RnnModel.Create(Spec, 9)), TrainingData.Parameters(trainer));
    }

    [Fact]
    public void RnnTrainer_ToModel_laterSteps_leaveTheModelAsItIs()
    {
        using var trainer = new RnnTrainer(Spec, new Adam(0.1f), Loss.HalfSquaredError, 9);
        (float[] inputs, float[] targets) = new TrainingData(Spec, T, N, 3).Values();
        RnnModel model = trainer.ToModel();
        float[] parameters = TrainingData.Parameters(model);
        float[] outputs = Run(model, inputs);
        trainer.Step(inputs, targets, Shape);
        Compare.SameBits(parameters, TrainingData.Parameters(model));
        Compare.SameBits(outputs, Run(model, inputs));
        Assert.False(Compare.AreSameBits(outputs, Run(trainer.ToModel(), inputs)));
    }

    [Fact]
    public void RnnTrainer_constructor_model_goesOnFromItAndLeavesIt()
    {
        using var first = new RnnTrainer(Spec, new Sgd(0.1f), Loss.HalfSquaredError, 9);
        var data = new TrainingData(Spec, T, N, 4);
        (float[] inputs, float[] targets) = data.Values();
        first.Step(inputs, targets, Shape);
        RnnModel model = first.ToModel();
        float[] parameters = TrainingData.Parameters(model);
        using var second = new RnnTrainer(model, new Sgd(0.1f), Loss.HalfSquaredError);
        (inputs, targets) = data.Values();
        Assert.Equal(first.Step(inputs, targets, Shape), second.Step(inputs, targets, Shape));
        Compare.SameBits(TrainingData.Parameters(first), TrainingData.Parameters(second));
        Compare.SameBits(parameters, TrainingData.Parameters(model));
    }

    [Fact]
    public void RnnTrainer_Evaluate_isTheLossAndChangesNothing()
    {
        using var trainer = new RnnTrainer(Spec, new Adam(), Loss.HalfSquaredError, 9) { CarryState = true };
        using var undisturbed = new RnnTrainer(Spec, new Adam(), Loss.HalfSquaredError, 9) { CarryState = true };
        var data = new TrainingData(Spec, T, N, 5);
        (float[] inputs, float[] targets) = data.Values();
        float loss = trainer.Evaluate(inputs, targets, Shape);
        Assert.Equal(loss, trainer.Step(inputs, targets, Shape).Loss);
        undisturbed.Step(inputs, targets, Shape);
        Assert.NotEqual(loss, trainer.Evaluate(inputs, targets, Shape));
        (float[] otherInputs, float[] otherTargets) = new TrainingData(Spec, 2 * T, 50 * N, 6).Values();
        trainer.Evaluate(otherInputs, otherTargets, new() { Steps = 2 * T, Sequences = 50 * N });
        (inputs, targets) = data.Values();
        Assert.Equal(undisturbed.Step(inputs, targets, Shape), trainer.Step(inputs, targets, Shape));
    }

    [Fact]
    public void RnnTrainer_Step_echoOfAnEarlierInput_isLearned()
    {
        const int Delay = 2, Steps = 20, Batch = 8;
        var spec = new RnnSpec(1, Cell.Elman(16), Layer.Dense(1));
        using var trainer = new RnnTrainer(spec, new Adam(0.01f), Loss.HalfSquaredError, 1) { MaxGradientNorm = 1 };
        var random = new Random(1);
        float first = 0, last = 0;
        for (int step = 0; step < 300; step++)
        {
            float[] inputs = RandomData.Uniform(random, Steps * Batch);
            float[] targets = [.. new float[Delay * Batch], .. inputs[..^(Delay * Batch)]];
            last = trainer.Step(inputs, targets, new() { Steps = Steps, Sequences = Batch }).Loss;
            first = step == 0 ? last : first;
        }

        Assert.True(last < 0.1f * first, $"the loss fell from {first} to {last} only");
    }

    private static void Check(Optimizer optimizer, ReferenceTrainer reference, LossFunction loss, bool carry, float maxNorm)
    {
        using var trainer = new RnnTrainer(Spec, optimizer, loss, 5) { CarryState = carry, MaxGradientNorm = maxNorm };
        reference.CarryState = carry;
        reference.MaxGradientNorm = maxNorm;
        var data = new TrainingData(Spec, T, N, 1);
        for (int window = 0; window < Windows; window++)
        {
            if (window == Windows / 2)
            {
                trainer.ResetState();
                reference.ResetState();
            }

            (float[] inputs, float[] targets) = data.Values();
            (double value, double norm) = reference.Step(RandomData.ToDouble(inputs), RandomData.ToDouble(targets), T, N);
            CheckStep(value, norm, trainer.Step(inputs, targets, Shape));
        }

        Compare.Near(reference.Parameters, TrainingData.Parameters(trainer), 0, Tolerance, "parameter");
    }

    private static void CheckStep(double value, double norm, TrainingStep step)
    {
        Assert.True(step.Applied);
        Compare.Within(value, step.Loss, Tolerance * (1 + value), "loss");
        Compare.Within(norm, step.GradientNorm, Tolerance * (1 + norm), "norm");
    }

    private static float[] Run(RnnModel model, float[] inputs)
    {
        var outputs = new float[T * N * Spec.OutputSize];
        model.Run(inputs, outputs, Shape);
        return outputs;
    }
}
