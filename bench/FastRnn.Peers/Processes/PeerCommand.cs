namespace FastRnn.Peers.Processes;

/// <summary>A peer and how its process is started.</summary>
/// <param name="Peer">its name in records</param>
/// <param name="File">the program</param>
/// <param name="Arguments">of the program</param>
/// <param name="CountsHeap">whether the counter of heap bytes, if it is there, is loaded into the process</param>
internal sealed record PeerCommand(string Peer, string File, IReadOnlyList<string> Arguments, bool CountsHeap);
