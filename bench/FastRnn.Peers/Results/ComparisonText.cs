using System.Globalization;

namespace FastRnn.Peers.Results;

/// <summary>What the page, the chart and the README's section say in the same words.</summary>
internal static class ComparisonText
{
    /// <summary>e.g. ONNX Runtime, oneDNN and PyTorch</summary>
    internal static string Engines { get; } = List(PeerNames.Engines.Select(PeerNames.ShownPeer));

    internal static string Date(Comparison comparison) => comparison.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    internal static string Peak(Comparison comparison) => Peak(comparison.PeakGigaflops, comparison.PeakVectorBits);

    /// <summary>e.g. 100 GFLOP/s with vectors of 256 bits</summary>
    internal static string Peak(double gigaflops, int vectorBits)
        => string.Create(CultureInfo.InvariantCulture, $"{gigaflops:0} GFLOP/s with vectors of {vectorBits} bits");

    /// <summary>The peers in the order of all tables.</summary>
    internal static IEnumerable<PeerVersion> Peers(Comparison comparison)
        => comparison.Peers
            .OrderBy(peer => PeerNames.Place(peer.Peer, PeerNames.Ordered))
            .ThenBy(peer => peer.Peer, StringComparer.Ordinal);

    /// <summary>e.g. PyTorch 2.9.1, whether or not the peer's version begins with its name</summary>
    internal static string NameAndVersion(PeerVersion peer)
        => peer.Version.StartsWith(PeerNames.ShownPeer(peer.Peer), StringComparison.OrdinalIgnoreCase)
            ? DisplayText.Words(peer.Version)
            : DisplayText.Words($"{PeerNames.ShownPeer(peer.Peer)} {peer.Version}");

    /// <summary>e.g. a, b and c</summary>
    internal static string List(IEnumerable<string> words)
    {
        string[] all = [.. words];
        return all.Length < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }
}
