namespace FastRnn.Peers.Latency;

/// <summary>A stream of one input over and over.</summary>
internal interface IStream : IDisposable
{
    void Step(int times);
}
