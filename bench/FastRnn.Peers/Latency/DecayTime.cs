namespace FastRnn.Peers.Latency;

/// <summary>Steps of a decaying stream, in nanoseconds.</summary>
/// <param name="Cell">of the one layer</param>
/// <param name="HiddenSize">I = H</param>
/// <param name="Fastest">a step of the fastest thousand</param>
/// <param name="Slowest">a step of the slowest thousand</param>
/// <param name="Last">the largest of the state at the end</param>
internal sealed record DecayTime(string Cell, int HiddenSize, double Fastest, double Slowest, float Last)
{
    internal double Ratio => Slowest / Fastest;
}
