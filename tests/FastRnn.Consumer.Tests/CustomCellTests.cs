using FastRnn.Training;
using Xunit;

namespace FastRnn.Consumer.Tests;

/// <summary>A cell that a user writes runs, streams and trains like the library's own.</summary>
public sealed class CustomCellTests
{
    private const int I = 3, T = 7, N = 4;

    /// <summary>Errors of float (6e-8) in states of at most 1, carried on over the steps.</summary>
    private const double OutputTolerance = 2e-6;

    /// <summary>Of the largest gradient: errors of float in the activations, carried back over the steps.</summary>
    private const double GradientTolerance = 1e-5;

    /// <summary>Weights below 1 are rounded to this when they are changed, and the differences err by less.</summary>
    private const double ParameterRounding = 1e-7;

    /// <summary>A central difference in double errs by its square and by rounding over it, both about 1e-10.</summary>
    private const double Difference = 1e-5;

    private static readonly int[] Lengths = [7, 2, 5, 1];

    private static readonly int[] AllSteps = [T, T, T, T];

    /// <summary>Below a vector's width, whole vectors, and vectors with a rest.</summary>
    public static TheoryData<int> HiddenSizes => [1, 3, 8, 16, 19, 37];

    [Theory]
    [MemberData(nameof(HiddenSizes))]
    public void RnnModel_Run_customCell_isTheNaiveComputation(int hidden)
    {
        RnnModel model = Create(hidden);
        float[] inputs = Uniform(1, T * N * I);
        float[] outputs = new float[T * N * hidden];
        var reference = new UpdateGateReference(I, hidden);
        Assert.Equal(reference.ParameterCount, model.ParameterCount);
        foreach (int[] lengths in new[] { AllSteps, Lengths })
        {
            model.Run(inputs, outputs, new() { Steps = T, Sequences = N, Lengths = lengths });
            double[] expected = reference.Run(ToDouble(Parameters(model)), inputs, lengths, T);
            Assert.All(expected.Zip(outputs), pair => Assert.Equal(pair.First, pair.Second, OutputTolerance));
        }
    }

    [Theory]
    [MemberData(nameof(HiddenSizes))]
    public void RnnSession_Step_customCell_givesTheBitsOfEverySequenceOfABatch(int hidden)
    {
        RnnModel model = Create(hidden);
        float[] inputs = Uniform(1, T * N * I);
        float[] batched = new float[T * N * hidden];
        model.Run(inputs, batched, new() { Steps = T, Sequences = N, Lengths = Lengths });
        for (int n = 0; n < N; n++)
        {
            int steps = Lengths[n];
            float[] x = Sequence(inputs, n, steps, I);
            float[] whole = new float[steps * hidden];
            float[] streamed = new float[steps * hidden];
            model.Run(x, whole, new() { Steps = steps, Sequences = 1 });
            using RnnSession session = model.CreateSession();
            for (int t = 0; t < steps; t++)
            {
                session.Step(x.AsSpan(t * I, I), streamed.AsSpan(t * hidden, hidden));
            }

            Assert.Equal(Bits(whole), Bits(streamed));
            Assert.Equal(Bits(whole), Bits(Sequence(batched, n, steps, hidden)));
        }
    }

    /// <summary>At a learning rate of 1, gradient descent takes off the gradient itself.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(9)]
    public void RnnTrainer_Step_customCell_takesOffTheDifferencesOfTheNaiveLoss(int hidden)
    {
        RnnModel model = Create(hidden);
        float[] inputs = Uniform(1, T * N * I);
        float[] targets = Uniform(2, T * N * hidden);
        var reference = new UpdateGateReference(I, hidden);
        foreach (int[] lengths in new[] { AllSteps, Lengths })
        {
            using var trainer = new RnnTrainer(model, new Sgd(1), Loss.HalfSquaredError);
            TrainingStep step = trainer.Step(inputs, targets, new() { Steps = T, Sequences = N, Lengths = lengths });
            double[] before = ToDouble(Parameters(model));
            double[] after = ToDouble(Parameters(trainer.ToModel()));
            Assert.Equal(reference.Loss(before, inputs, targets, lengths, T), step.Loss, OutputTolerance);
            double[] gradient = Gradient(reference, before, inputs, targets, lengths);
            double tolerance = GradientTolerance * gradient.Max(Math.Abs) + ParameterRounding;
            for (int i = 0; i < gradient.Length; i++)
            {
                Assert.Equal(gradient[i], before[i] - after[i], tolerance);
            }
        }
    }

    [Fact]
    public void RnnTrainer_training_customCell_learns()
    {
        const int Steps = 40;
        const double Learned = 0.1;
        float[] inputs = Enumerable.Range(0, Steps).Select(t => MathF.Sin(0.3f * t)).ToArray();
        float[] targets = Enumerable.Range(1, Steps).Select(t => MathF.Sin(0.3f * t)).ToArray();
        using var trainer = new RnnTrainer(
            new RnnSpec(1, Cell.Custom<UpdateGateCell>(12), Layer.Dense(1)), new Adam(0.01f), Loss.HalfSquaredError, seed: 3);
        float before = trainer.Evaluate(inputs, targets, new() { Steps = Steps, Sequences = 1 });
        for (int i = 0; i < 100; i++)
        {
            trainer.Step(inputs, targets, new() { Steps = Steps, Sequences = 1 });
        }

        Assert.InRange(trainer.Evaluate(inputs, targets, new() { Steps = Steps, Sequences = 1 }), 0, Learned * before);
    }

    [Fact]
    public void RnnModel_Run_customCellInBothDirections_isTheCellOverTheSequenceTurnedRound()
    {
        const int H = 5;
        RnnModel both = RnnModel.Create(new RnnSpec(I, Cell.Bidirectional(Cell.Custom<UpdateGateCell>(H))), 4);
        RnnModel back = RnnModel.FromParameters(Create(H).Spec, Parameters(both).AsSpan(both.ParameterCount / 2));
        float[] inputs = Uniform(1, T * I);
        float[] outputs = new float[T * 2 * H];
        both.Run(inputs, outputs, new() { Steps = T, Sequences = 1 });
        float[] turned = inputs.Chunk(I).Reverse().SelectMany(row => row).ToArray();
        float[] expected = new float[T * H];
        back.Run(turned, expected, new() { Steps = T, Sequences = 1 });
        Assert.Equal(
            Bits(expected), Bits(outputs.Chunk(2 * H).Reverse().SelectMany(row => row[H..]).ToArray()));
    }

    private static double[] Gradient(UpdateGateReference reference, double[] parameters, float[] inputs, float[] targets, int[] lengths)
    {
        double[] p = [.. parameters];
        var gradient = new double[p.Length];
        for (int i = 0; i < p.Length; i++)
        {
            p[i] = parameters[i] + Difference;
            double above = reference.Loss(p, inputs, targets, lengths, T);
            p[i] = parameters[i] - Difference;
            gradient[i] = (above - reference.Loss(p, inputs, targets, lengths, T)) / (2 * Difference);
            p[i] = parameters[i];
        }

        return gradient;
    }

    private static RnnModel Create(int hidden) => RnnModel.Create(new RnnSpec(I, Cell.Custom<UpdateGateCell>(hidden)), seed: 1);

    private static float[] Parameters(RnnModel model)
    {
        float[] parameters = new float[model.ParameterCount];
        model.Parameters.CopyTo(parameters);
        return parameters;
    }

    private static double[] ToDouble(float[] values) => Array.ConvertAll(values, value => (double)value);

    private static int[] Bits(float[] values) => Array.ConvertAll(values, BitConverter.SingleToInt32Bits);

    /// <summary>The rows of one sequence of a batch.</summary>
    private static float[] Sequence(float[] rows, int sequence, int steps, int width)
        => Enumerable.Range(0, steps).SelectMany(t => rows.AsSpan((t * N + sequence) * width, width).ToArray()).ToArray();

    private static float[] Uniform(int seed, int length)
    {
        var random = new Random(seed);
        return Array.ConvertAll(new float[length], _ => 2 * random.NextSingle() - 1);
    }
}
