using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Golden;

/// <summary>Encoders and decoders with attention against PyTorch, by values that make_attention_golden.py has written down.</summary>
public sealed class AttentionGoldenTests
{
    private const int Cases = 6;

    /// <summary>Float against double: a value is within the sum of the two bounds.</summary>
    private const double Relative = 1e-5;
    private const double Absolute = 1e-6;

    public static TheoryData<string> Names => [.. AttentionGolden.File.Cases.Select(golden => golden.Name)];

    [Fact]
    public void Golden_attention_namesItsOriginAndHoldsEveryScore()
    {
        AttentionGolden file = AttentionGolden.File;
        Assert.Equal(("PyTorch", Cases), (file.Origin, file.Cases.Length));
        Assert.StartsWith("1.13", file.Version, StringComparison.Ordinal);
        Assert.NotEqual(0, file.Seed);
        Assert.Equal(Enum.GetValues<AttentionScore>(), file.Cases.Select(golden => golden.AttentionScore).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EncoderDecoder_Run_parametersOfTheReference_givesItsOutputsWeightsAndFinalState(string name)
    {
        AttentionCaseGolden golden = AttentionGolden.Find(name);
        float[] outputs = new float[golden.Outputs.Length], weights = new float[golden.Weights.Length];
        var state = new float[golden.FinalState.Length];
        Array.ForEach([outputs, weights, state], values => Array.Fill(values, float.NaN));
        golden.ToModels().Run(
            golden.Encoder.Inputs, Shape(golden.Encoder, golden.Batch), golden.Decoder.Inputs, outputs, Shape(golden.Decoder, golden.Batch),
            weights, state);
        Compare.Near(golden.Outputs, outputs, Relative, Absolute, "output");
        Compare.Near(golden.Weights, weights, Relative, Absolute, "weight");
        Compare.Near(golden.FinalState, state, Relative, Absolute, "final state");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EncoderDecoderTrainer_Step_parametersOfTheReference_givesItsLossAndGradients(string name)
    {
        AttentionCaseGolden golden = AttentionGolden.Find(name);
        using var trainer = new EncoderDecoderTrainer(golden.ToModels(), new Sgd(1e-3f), Loss.HalfSquaredError);
        TrainingStep step = trainer.Step(
            golden.Encoder.Inputs, Shape(golden.Encoder, golden.Batch), golden.Decoder.Inputs, golden.Targets,
            Shape(golden.Decoder, golden.Batch));
        Compare.Within(golden.LossValue, step.Loss, Relative * golden.LossValue + Absolute, "loss");
        Compare.Near(golden.Encoder.Gradients, trainer.Encoder.Gradients, Relative, Absolute, "encoder gradient");
        Compare.Near(golden.Decoder.Gradients, trainer.Decoder.Gradients, Relative, Absolute, "decoder gradient");
    }

    private static BatchShape Shape(AttentionNetworkGolden network, int batch)
        => new() { Steps = network.Steps, Sequences = batch, Lengths = network.Lengths };
}
