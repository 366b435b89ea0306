using FastRnn.Layers;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>Dropout between layers: in training only, and by its seed, its place and the step alone.</summary>
public sealed class DropoutTests
{
    private const int I = 3, O = 2, T = 5, N = 4;

    /// <summary>A difference of losses in float: its rounding over the step, and its square.</summary>
    private const float Difference = 1f / 128;

    /// <summary>Of the largest gradient: the loss of about 1 is rounded at 1e-7, which the difference makes 1e-5; the rest bends.</summary>
    private const double GradientTolerance = 5e-4;

    /// <summary>Too small to change any weight.</summary>
    private const float NoRate = 1e-30f;

    private static readonly int[] Lengths = [2, T, 1, 4];

    private static readonly float[] Inputs = RandomData.Uniform(1, T * N * I);

    private static readonly float[] Targets = RandomData.Uniform(2, T * N * O);

    private static BatchShape Shape => new() { Steps = T, Sequences = N, Lengths = Lengths };

    [Fact]
    public void RnnTrainer_training_sameSeed_givesTheSameBitsAndAnotherSeedOthers()
    {
        Compare.SameBits(Train(Spec(0.4f, 9)), Train(Spec(0.4f, 9)), "parameter");
        Assert.False(Compare.AreSameBits(Train(Spec(0.4f, 9)), Train(Spec(0.4f, 10))), "another seed trains the same");
        Assert.False(Compare.AreSameBits(Train(Spec(0.4f, 9)), Train(Spec(0, 9))), "nothing is dropped");
    }

    [Fact]
    public void RnnTrainer_training_rateOfZero_isWithoutDropout()
        => Compare.SameBits(Train(new RnnSpec(I, Cell.Gru(7), Cell.Lstm(5), Layer.Dense(O))), Train(Spec(0, 3)), "parameter");

    [Fact]
    public void RnnTrainer_Step_again_dropsOtherValues()
    {
        using var trainer = new RnnTrainer(Spec(0.5f, 1), new Sgd(NoRate), Loss.HalfSquaredError, 1);
        float[] losses = Enumerable.Range(0, 8)
            .Select(_ => trainer.Step(Inputs, Targets, new() { Steps = T, Sequences = N }).Loss).ToArray();
        Compare.SameBits(TrainingData.Parameters(RnnModel.Create(trainer.Spec, 1)), TrainingData.Parameters(trainer), "parameter");
        Assert.Equal(losses.Length, losses.Distinct().Count());
    }

    [Fact]
    public void RnnTrainer_Evaluate_dropout_isTheLossOfTheRun()
    {
        using var with = new RnnTrainer(Spec(0.5f, 1), new Sgd(NoRate), Loss.HalfSquaredError, 1);
        using var without = new RnnTrainer(
            new RnnSpec(I, Cell.Gru(7), Cell.Lstm(5), Layer.Dense(O)), new Sgd(NoRate), Loss.HalfSquaredError, 1);
        float expected = without.Evaluate(Inputs, Targets, Shape);
        Assert.Equal(expected, with.Evaluate(Inputs, Targets, Shape));
        Assert.NotEqual(expected, with.Step(Inputs, Targets, Shape).Loss);
        Assert.Equal(expected, with.Evaluate(Inputs, Targets, Shape));
        var outputs = new float[T * N * O];
        var dropped = new float[T * N * O];
        without.ToModel().Run(Inputs, outputs, Shape);
        with.ToModel().Run(Inputs, dropped, Shape);
        Compare.SameBits(outputs, dropped, "output");
    }

    /// <summary>The factors of both layers, as the gradients of the inputs show them: 0, or 1 / (1 − p)² where both keep a value.</summary>
    [Fact]
    public void Backpropagation_twoLayersOfTheSameSeed_dropOtherValues()
    {
        const int Width = 4000;
        const float Rate = 0.5f;
        float[] one = Factors(new RnnSpec(Width, Layer.Dropout(Rate, 5)), 1);
        float[] two = Factors(new RnnSpec(Width, Layer.Dropout(Rate, 5), Layer.Dropout(Rate, 5)), 1);
        double deviation = Math.Sqrt(Width * 0.25 * 0.75);
        Assert.Equal([0f, 2f], one.Distinct().Order());
        Assert.Equal([0f, 4f], two.Distinct().Order());
        Compare.Within(Width * 0.25, two.Count(factor => factor > 0), 4 * deviation, "values that both keep");
        Assert.All(one.Zip(two), pair => Assert.True(pair.First > 0 || pair.Second == 0, "the first layer keeps what it has dropped"));
        Assert.NotEqual(one, Factors(new RnnSpec(Width, Layer.Dropout(Rate, 5)), 2));
        Assert.Equal(one, Factors(new RnnSpec(Width, Layer.Dropout(Rate, 5)), 1));
        Assert.Equal(Enumerable.Repeat(1f, Width), Factors(new RnnSpec(Width, Layer.Dropout(Rate, 5)), 0));
    }

    [Theory]
    [InlineData(SequenceShape.ManyToMany, false)]
    [InlineData(SequenceShape.ManyToMany, true)]
    [InlineData(SequenceShape.ManyToOne, true)]
    [InlineData(SequenceShape.OneToMany, true)]
    public void Backpropagation_Backward_dropoutActive_isTheDifferenceAtTheSameTrainingStep(SequenceShape shape, bool isRagged)
    {
        int inputSize = shape == SequenceShape.OneToMany ? O : I;
        RnnSpec spec = new(
            inputSize, Cell.Gru(3), Layer.Dropout(0.4f, 3), Layer.Dense(3, Activation.Tanh), Layer.Dropout(0.2f, 3), Layer.Dense(O))
        {
            Shape = shape,
        };
        using var bptt = new Backpropagation(spec, TrainingData.Parameters(RnnModel.Create(spec, 2)));
        float[] inputs = Inputs[..((shape == SequenceShape.OneToMany ? 1 : T) * N * inputSize)];
        float[] targets = Targets[..((shape == SequenceShape.ManyToOne ? 1 : T) * N * O)];
        foreach (long step in new[] { 1L, 2, 1000 })
        {
            Forward(step);
            bptt.Backward(inputs);
            float[] gradients = bptt.Gradients.All.ToArray();
            var expected = new double[gradients.Length];
            for (int i = 0; i < expected.Length; i++)
            {
                float value = bptt.Parameters.All[i];
                expected[i] = (Changed(i, value + Difference) - Changed(i, value - Difference)) / (2 * Difference);
                Changed(i, value);
            }

            Compare.NearLargest(expected, gradients, GradientTolerance, $"gradient at step {step}");

            double Changed(int parameter, float value)
            {
                bptt.Parameters.All[parameter] = value;
                bptt.Pack();
                return Forward(step);
            }
        }

        double Forward(long step)
            => bptt.Forward(
                Loss.HalfSquaredError, inputs, targets, isRagged ? Shape : new() { Steps = T, Sequences = N }, trainingStep: step);
    }

    /// <summary>By how much a network of dropout alone multiplies each of its inputs, which is the root of its gradient at 1.</summary>
    private static float[] Factors(RnnSpec spec, long trainingStep)
    {
        float[] ones = Enumerable.Repeat(1f, spec.InputSize).ToArray();
        var gradient = new float[ones.Length];
        using var bptt = new Backpropagation(spec, [], GradientScope.Inputs);
        bptt.Forward(Loss.HalfSquaredError, ones, new float[ones.Length], new() { Steps = 1, Sequences = 1 }, trainingStep: trainingStep);
        bptt.Backward(ones, gradient);
        return Array.ConvertAll(gradient, MathF.Sqrt);
    }

    /// <summary>1 → 2 → 4 for the values that are kept twice; with one mask for both steps those would be all that are kept once.</summary>
    [Fact]
    public void Backpropagation_Forward_oneToMany_everyStepDropsOthers()
    {
        const int Width = 64;
        RnnSpec spec = new RnnSpec(Width, Layer.Dropout(0.5f)) with { Shape = SequenceShape.OneToMany };
        float[] ones = Enumerable.Repeat(1f, Width).ToArray();
        using var bptt = new Backpropagation(spec, []);
        double once = bptt.Forward(Loss.HalfSquaredError, ones, new float[Width], new() { Steps = 1, Sequences = 1 }, trainingStep: 3) / (0.5 * 4);
        double both = bptt.Forward(Loss.HalfSquaredError, ones, new float[2 * Width], new() { Steps = 2, Sequences = 1 }, trainingStep: 3) * 2;
        double twice = (both - once * 0.5 * 4) / (0.5 * 16);
        Assert.InRange(once, Width / 4, 3 * Width / 4);
        Assert.InRange(twice, 1, once - 1);
    }

    /// <summary>Of values that three layers of equal seeds drop half of, an eighth is left; two layers with one mask would leave a quarter.
    /// </summary>
    [Fact]
    public void Backpropagation_Forward_layersInBranches_dropOthersThanThoseBeside()
    {
        const int Width = 512;
        var spec = new RnnSpec(
            Width, Layer.Parallel(Merge.Multiply, [Layer.Affine(isTrained: false), Layer.Dropout(0.5f)], [Layer.Dropout(0.5f)]),
            Layer.Dropout(0.5f));
        float[] ones = Enumerable.Repeat(1f, Width).ToArray();
        var model = RnnModel.FromParameters(spec, [.. ones, .. new float[Width]]);
        using var bptt = new Backpropagation(spec, model.Parameters);
        double loss = bptt.Forward(Loss.HalfSquaredError, ones, new float[Width], new() { Steps = 1, Sequences = 1 }, trainingStep: 3);
        Assert.InRange(2 * loss / 64, Width / 8 * 0.6, Width / 8 * 1.45);
    }

    private static float[] Train(RnnSpec spec)
    {
        using var trainer = new RnnTrainer(spec, new Adam(0.01f), Loss.HalfSquaredError, 1);
        for (int i = 0; i < 5; i++)
        {
            Assert.True(trainer.Step(Inputs, Targets, Shape).Applied);
        }

        return TrainingData.Parameters(trainer);
    }

    private static RnnSpec Spec(float rate, int seed)
        => new(I, Cell.Gru(7), Layer.Dropout(rate, seed), Cell.Lstm(5), Layer.Dropout(rate, seed), Layer.Dense(O));
}
