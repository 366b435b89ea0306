namespace FastRnn.Peers.Results;

/// <summary>The peers, cells and modes of the records: how they are shown, and in which order.</summary>
internal static class PeerNames
{
    internal const string FastRnn = "fastrnn";
    internal const string Eigen = "eigen";
    internal const string OneDnn = "onednn";
    internal const string PyTorch = "pytorch";

    /// <summary>What FastRnn is held against: whole engines, not a loop written for the one purpose.</summary>
    internal static IReadOnlyList<string> Engines { get; } = ["onnxruntime", OneDnn, PyTorch];

    /// <summary>The peers in the order of all tables, the chart and its legend.</summary>
    internal static IReadOnlyList<string> Ordered { get; } = [FastRnn, .. Engines, Eigen];

    internal static IReadOnlyList<string> Cells { get; } = ["elman", "gru", "lstm"];

    internal static string ShownPeer(string peer) => peer switch
    {
        FastRnn => "FastRnn",
        "onnxruntime" => "ONNX Runtime",
        OneDnn => "oneDNN",
        PyTorch => "PyTorch",
        Eigen => "Eigen",
        _ => peer,
    };

    internal static string ShownCell(string cell) => cell switch
    {
        "elman" => "Elman",
        "gru" => "GRU",
        "lstm" => "LSTM",
        _ => cell,
    };

    /// <summary>Names in a known order; those that are not known stand behind it, by the alphabet.</summary>
    internal static IEnumerable<string> InOrder(IEnumerable<string> names, IReadOnlyList<string> order)
        => names.Distinct().OrderBy(name => Place(name, order)).ThenBy(name => name, StringComparer.Ordinal);

    /// <summary>Where a name stands in an order; behind its end, if it is not there.</summary>
    internal static int Place(string name, IReadOnlyList<string> order)
        => order.Index().Where(entry => entry.Item == name).Select(entry => entry.Index).FirstOrDefault(order.Count);
}
