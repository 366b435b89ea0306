using FastRnn.Benchmarks.Results;

namespace FastRnn.Peers.Results;

/// <summary>The page's part about one piece of work: a row for each cell and size, a column for each peer.</summary>
internal static class WorkSection
{
    internal static string[] Write(Comparison comparison, Figures figures, PieceOfWork work)
    {
        IReadOnlyList<string> all = figures.Peers(work);
        string[] others = [.. all.Where(peer => peer != PeerNames.FastRnn)];
        IReadOnlyList<Row> rows = figures.Rows(work);

        // I stands in the table only where it is not H everywhere.
        bool showsInputs = rows.Any(row => row.InputSize != row.HiddenSize);
        string[] header =
        [
            "cell", .. Inputs("I"), "H", "FastRnn", "of the limit", "bytes", "fastest engine", .. others.Select(ShownPeer),
            "difference",
        ];
        string[][] cells = [.. rows.Select(row => Cells(figures, work, row, others, Inputs($"{row.InputSize}")))];
        string[] absent = [.. ComparisonText.Peers(comparison).Select(peer => peer.Peer).Except(all).Select(ShownPeer)];
        IEnumerable<string> allocated
            = all.Select(peer => $"{ShownPeer(peer)} {DisplayText.Bytes(rows.Select(row => Allocated(figures.Find(peer, work, row))))}");
        return
        [
            "",
            $"## {DisplayText.Words(work.Title)}",
            "",
            DisplayText.Words(work.Caption)
                + (showsInputs ? "" : " I = H.")
                + (absent.Length > 0 ? $" Not by {ComparisonText.List(absent)}." : ""),
            "",
            MarkdownTable.Write(header, 1, cells),
            $"Allocated by a step: {string.Join("; ", allocated)}.",
        ];

        string[] Inputs(string text) => showsInputs ? [text] : [];
    }

    private static string[] Cells(Figures figures, PieceOfWork work, Row row, string[] others, string[] inputs)
    {
        PeerRecord? own = figures.Find(PeerNames.FastRnn, work, row);
        string? engine = figures.Engine(work, row);
        return
        [
            DisplayText.Words(PeerNames.ShownCell(row.Cell)),
            .. inputs,
            $"{row.HiddenSize}",
            DisplayText.Time(own?.NanosecondsPerStep),
            DisplayText.Percent(own?.FractionOfLimit),
            DisplayText.Bytes(Allocated(own)),
            engine is null ? DisplayText.Missing : $"{ShownPeer(engine)}, {DisplayText.Ratio(figures.Ratio(engine, work, row))}",
            .. others.Select(peer => figures.Find(peer, work, row) is { } other
                ? $"{DisplayText.Time(other.NanosecondsPerStep)}, {DisplayText.Ratio(figures.Ratio(peer, work, row))}"
                : DisplayText.Missing),
            DisplayText.Difference(figures.Difference(work, row)),
        ];
    }

    private static double? Allocated(PeerRecord? record) => record?.AllocatedBytesPerStep;

    private static string ShownPeer(string peer) => DisplayText.Words(PeerNames.ShownPeer(peer));
}
