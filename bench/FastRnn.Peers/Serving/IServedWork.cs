using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.Serving;

/// <summary>A prepared work.</summary>
internal interface IServedWork : IDisposable
{
    /// <summary>Runs the work once from its initial state and copies the results out.</summary>
    void RunOnce(Tensors results);

    /// <summary>What is timed.</summary>
    void Run(long calls);
}
