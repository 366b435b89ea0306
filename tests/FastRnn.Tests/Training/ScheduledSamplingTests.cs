using FastRnn.Kernels;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>What a decoder is given of its own outputs, against steps with inputs that are made by hand.</summary>
public sealed class ScheduledSamplingTests
{
    private const int Steps = 5, Sequences = 3, Size = 4;

    private static readonly int[] Lengths = [5, 2, 4];

    [Fact]
    public void EncoderDecoderTrainer_Step_alwaysSampling_givesADecoderOfValuesItsOutputs()
    {
        var random = new Random(3);
        RnnSpec encoder = new(2, Cell.Gru(6));
        RnnSpec decoder = new(Size, Cell.Gru(6), Layer.Attention(6), Layer.Dense(Size));
        using EncoderDecoderTrainer sampling = Create(), byHand = Create();
        sampling.ScheduledSampling = new() { Probability = 1 };
        EncoderDecoder models = byHand.ToModel();
        float[] source = RandomData.Uniform(random, 7 * Sequences * 2), inputs = RandomData.Uniform(random, Steps * Sequences * Size);
        float[] targets = RandomData.Uniform(random, inputs.Length), own = [.. inputs];
        var sourceShape = new BatchShape { Steps = 7, Sequences = Sequences, Lengths = (int[])[7, 3, 1] };
        var shape = new BatchShape { Steps = Steps, Sequences = Sequences, Lengths = Lengths };
        float[] outputs = new float[inputs.Length];
        for (int step = 1; step < Steps; step++)
        {
            models.Run(source, sourceShape, own, outputs, shape);
            int row = Sequences * Size;
            outputs.AsSpan((step - 1) * row, row).CopyTo(own.AsSpan(step * row));
        }

        TrainingStep expected = byHand.Step(source, sourceShape, own, targets, shape);
        TrainingStep actual = sampling.Step(source, sourceShape, inputs, targets, shape);
        Assert.Equal(expected, actual);
        Compare.SameBits(
            TrainingData.Parameters(byHand.ToModel().Decoder), TrainingData.Parameters(sampling.ToModel().Decoder), "parameter");
        Compare.SameBits(
            TrainingData.Parameters(byHand.ToModel().Encoder), TrainingData.Parameters(sampling.ToModel().Encoder), "parameter");
        using EncoderDecoderTrainer forced = Create();
        Assert.NotEqual(expected.Loss, forced.Step(source, sourceShape, inputs, targets, shape).Loss);

        EncoderDecoderTrainer Create() => new(encoder, decoder, new Sgd(0.1f), Loss.SquaredError, 2);
    }

    /// <summary>A decoder whose outputs are the logarithms of given shares, whatever comes in: inputs are drawn by them.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ScheduledSampler_Mix_ofIndices_drawsByTheirProbability(bool isLog)
    {
        const float Probability = 0.4f;
        float[] shares = [0.5f, 0.3f, 0.2f, 0];
        RnnSpec spec = RnnSpec.ForIndices(
            Size, Cell.Elman(1), Layer.Dense(Size, isLog ? Activation.LogSoftmax : Activation.Softmax));
        RnnModel model = RnnModel.FromParameters(spec, parameters =>
        {
            for (int i = 0; i < Size; i++)
            {
                parameters[^(Size - i)] = shares[i] > 0 ? MathF.Log(shares[i]) : -200;
            }
        });
        const int Steps = 400, Sequences = 50;
        int[] right = new int[Steps * Sequences];
        Array.Fill(right, 3);
        using var sampler = new ScheduledSampler();
        int[] mixed = sampler.Mix(
            model.Network, right, new() { Steps = Steps, Sequences = Sequences }, new float[Sequences], default, Probability,
            new SplitMix64(7, 1)).Indices.ToArray();
        Assert.All(mixed.AsSpan(0, Sequences).ToArray(), index => Assert.Equal(3, index));
        double draws = (Steps - 1) * Sequences;
        for (int i = 0; i < Size; i++)
        {
            double share = (i == 3 ? 1 - Probability : 0) + Probability * shares[i];
            double deviation = Math.Sqrt(share * (1 - share) / draws);
            double found = mixed.Skip(Sequences).Count(index => index == i) / draws;
            Assert.InRange(found, share - 4 * deviation, share + 4 * deviation);
        }
    }

    [Fact]
    public void ScheduledSampling_GetProbability_rises()
    {
        var sampling = new ScheduledSampling { Probability = 0.5f, RampUpdates = 10 };
        Assert.Equal([0.05f, 0.25f, 0.5f, 0.5f], ((long[])[1, 5, 10, 11]).Select(sampling.GetProbability));
        Assert.Equal(0.5f, (sampling with { RampUpdates = 0 }).GetProbability(1));
    }
}
