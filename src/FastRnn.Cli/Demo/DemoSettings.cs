namespace FastRnn.Cli.Demo;

/// <summary>What the options of the demo set.</summary>
/// <param name="Seed">of the weights and of the order of training; the same seed gives the same forecasts</param>
/// <param name="HiddenSize">hidden units of the network</param>
/// <param name="Epochs">passes over the training part</param>
/// <param name="LatencySteps">steps streamed to measure their latency</param>
internal sealed record DemoSettings(int Seed = 4, int HiddenSize = 32, int Epochs = 300, int LatencySteps = 200_000);
