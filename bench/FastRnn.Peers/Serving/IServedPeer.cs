using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.Serving;

/// <summary>A peer of this program: what the protocol's loop asks of it.</summary>
internal interface IServedPeer : IDisposable
{
    /// <summary>Name and version.</summary>
    string Version { get; }

    /// <summary>Bytes asked for so far by what the timed calls run; null where they can't be counted.</summary>
    long? AllocatedBytes { get; }

    /// <summary>Why the peer can't do a work; null when it can.</summary>
    string? Refusal(PeerWork work);

    /// <summary>Builds everything for calls of a work.</summary>
    IServedWork Prepare(PeerWork work, Tensors data);
}
