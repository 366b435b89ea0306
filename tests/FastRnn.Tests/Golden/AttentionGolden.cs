namespace FastRnn.Tests.Golden;

/// <summary>Encoders and decoders with what PyTorch computes for them, as make_attention_golden.py has written it down.</summary>
internal sealed record AttentionGolden(string Origin, string Version, int Seed, AttentionCaseGolden[] Cases)
{
    internal static AttentionGolden File { get; } = GoldenFile.Load<AttentionGolden>("attention.json");

    internal static AttentionCaseGolden Find(string name) => File.Cases.Single(golden => golden.Name == name);
}

/// <summary>A recurrent encoder, and a decoder with attention behind its recurrent layer and a dense head; the results in double.</summary>
internal sealed record AttentionCaseGolden(
    string Name, string Score, int Hidden, int Batch, int OutputSize, AttentionNetworkGolden Encoder, AttentionNetworkGolden Decoder,
    float[] Targets, double[] Outputs, double[] Weights, double[] FinalState, double LossValue)
{
    internal AttentionScore AttentionScore => Enum.Parse<AttentionScore>(Score, ignoreCase: true);

    internal EncoderDecoder ToModels()
    {
        var encoder = new RnnSpec(Encoder.InputSize, Encoder.Layers.ToLayer());
        var decoder = new RnnSpec(
            Decoder.InputSize, Decoder.Layers.ToLayer(), Layer.Attention(encoder.OutputSize, AttentionScore, Hidden),
            Layer.Dense(OutputSize));
        return new EncoderDecoder(
            RnnModel.FromParameters(encoder, Encoder.Parameters), RnnModel.FromParameters(decoder, Decoder.Parameters));
    }
}

/// <summary>One of the two networks, with its part of a batch and the gradients of its parameters.</summary>
internal sealed record AttentionNetworkGolden(
    GoldenLayers Layers, int InputSize, int Steps, int[] Lengths, float[] Parameters, float[] Inputs, double[] Gradients);
