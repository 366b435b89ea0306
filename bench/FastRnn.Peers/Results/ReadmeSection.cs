using FastRnn.Benchmarks.Results;

namespace FastRnn.Peers.Results;

/// <summary>The README's part about a comparison: what stands between two markers, the first of which names the file.</summary>
internal static class ReadmeSection
{
    private const int Steps = 100;
    private const int Batch = 32;
    private const string End = "<!-- /comparison -->";

    private static readonly PieceOfWork Streamed = new(PieceOfWork.Step, 1, 1);
    private static readonly PieceOfWork Sequence = new(PieceOfWork.Sequence, Steps, Batch);
    private static readonly PieceOfWork Training = new(PieceOfWork.Train, Steps, Batch);

    /// <param name="readme">the whole text</param>
    /// <param name="json">the comparison's file, as seen from the README's folder</param>
    /// <returns>what stands between the markers; null where they are not</returns>
    internal static string? Find(string readme, string json)
        => Place(readme, json) is { } place ? readme[place] : null;

    /// <returns>the text with another section; null where it has no markers for it</returns>
    internal static string? Replace(string readme, string json, string section)
        => Place(readme, json) is { } place ? $"{readme[..place.Start]}{section}{readme[place.End..]}" : null;

    /// <param name="comparison">what is shown</param>
    /// <param name="files">the page and the chart without their endings, as seen from the README's folder</param>
    internal static string Write(Comparison comparison, string files)
    {
        var figures = new Figures(comparison);
        Row[] rows = [.. figures.Rows(Streamed, Sequence, Training).Where(row => row.InputSize == row.HiddenSize)];
        string[] header =
        [
            "cell", "H", "streamed step", "engine", PeerNames.ShownPeer(PeerNames.Eigen),
            $"N{DisplayText.Space}={DisplayText.Space}{Batch}: of the limit", "engine",
            $"training: {PeerNames.ShownPeer(PeerNames.OneDnn)}", PeerNames.ShownPeer(PeerNames.PyTorch),
        ];
        string[][] cells =
        [
            .. rows.Select(row => (string[])
            [
                DisplayText.Words(PeerNames.ShownCell(row.Cell)),
                $"{row.HiddenSize}",
                DisplayText.Time(figures.Find(PeerNames.FastRnn, Streamed, row)?.NanosecondsPerStep),
                DisplayText.Ratio(figures.EngineRatio(Streamed, row)),
                DisplayText.Ratio(figures.Ratio(PeerNames.Eigen, Streamed, row)),
                DisplayText.Percent(figures.Find(PeerNames.FastRnn, Sequence, row)?.FractionOfLimit),
                DisplayText.Ratio(figures.EngineRatio(Sequence, row)),
                DisplayText.Ratio(figures.Ratio(PeerNames.OneDnn, Training, row)),
                DisplayText.Ratio(figures.Ratio(PeerNames.PyTorch, Training, row)),
            ]),
        ];
        string[] lines =
        [
            "",
            $"{Setting(comparison)} {Result(figures, rows)}".TrimEnd(),
            "",
            $"![{ComparisonChart.Title}]({files}.svg)",
            "",
            MarkdownTable.Write(header, 1, cells),
            $"×: the other's time / FastRnn's; below 1, and bold, the other is faster. Engine: the fastest. N = {Batch}: {Batch} sequences "
                + $"of {Steps} steps at once; training: a step on as many. I = H. All figures are on [the page]({files}.md), which "
                + $"{DisplayText.Code(comparison.Command)} makes anew, with this section.",
            "",
            "",
        ];
        return string.Join('\n', lines);
    }

    private static string Setting(Comparison comparison)
    {
        IEnumerable<PeerVersion> others = ComparisonText.Peers(comparison).Where(peer => peer.Peer != PeerNames.FastRnn);
        string all = ComparisonText.List(others.Select(ComparisonText.NameAndVersion).Prepend(PeerNames.ShownPeer(PeerNames.FastRnn)));
        return $"On one core of {DisplayText.Words(comparison.Processor)}, whose peak is {ComparisonText.Peak(comparison)}, on "
            + $"{ComparisonText.Date(comparison)}: {all}, at the same work.";
    }

    /// <summary>What came out, of the work that there are figures of.</summary>
    private static string Result(Figures figures, Row[] rows)
    {
        string[] results =
        [
            .. Times("in a streamed step", Streamed),
            .. Times($"in {Batch} sequences at once", Sequence),
            .. Times($"in training on {Batch} sequences", Training),
        ];
        return results.Length == 0
            ? ""
            : $"Against the fastest of the engines ({ComparisonText.Engines}) FastRnn is {ComparisonText.List(results)}.";

        string[] Times(string place, PieceOfWork work)
            => DisplayText.Range(rows.Select(row => figures.EngineRatio(work, row))) is { } range ? [$"{range} times as fast {place}"] : [];
    }

    private static Range? Place(string readme, string json)
    {
        string begin = $"<!-- comparison: {json} -->\n";
        int from = readme.IndexOf(begin, StringComparison.Ordinal);
        int to = from < 0 ? -1 : readme.IndexOf(End, from, StringComparison.Ordinal);
        return to < 0 ? null : (from + begin.Length)..to;
    }
}
