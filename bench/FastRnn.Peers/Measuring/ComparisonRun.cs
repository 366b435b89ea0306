using FastRnn.Peers.Results;

namespace FastRnn.Peers.Measuring;

/// <summary>What a comparison has found.</summary>
/// <param name="Peers">those that took part, FastRnn first</param>
/// <param name="Missing">peers that were wanted and are not there</param>
/// <param name="Records">of all that agreed</param>
/// <param name="Problems">mismatches and failures, a sentence each; none when all went well</param>
/// <param name="Unsupported">what a peer can't do, with its reason</param>
/// <param name="PeakGigaflops">multiply-adds in registers, one core</param>
internal sealed record ComparisonRun(
    IReadOnlyList<PeerVersion> Peers, IReadOnlyList<string> Missing, IReadOnlyList<PeerRecord> Records,
    IReadOnlyList<string> Problems, IReadOnlyList<string> Unsupported, double PeakGigaflops);
