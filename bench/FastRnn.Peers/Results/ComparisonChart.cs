namespace FastRnn.Peers.Results;

/// <summary>The chart of a comparison: the time of a streamed step by hidden size, a panel a cell, a line a peer.</summary>
internal static class ComparisonChart
{
    /// <summary>What the chart shows.</summary>
    internal const string Title = "Time of a streamed step by hidden size: FastRnn and others, lower is faster";

    private const double PanelWidth = 272;
    private const double PanelGap = 18;
    private const double Left = 78;
    private const double Right = 18;
    private const double PlotHeight = 250;
    private const double LegendLine = 22;

    /// <summary>What a letter of the legend takes at most, and the line before it.</summary>
    private const double LetterWidth = 7.6;
    private const double SampleWidth = 34;

    private static readonly PieceOfWork Work = new(PieceOfWork.Step, 1, 1);

    internal static string Write(Comparison comparison)
    {
        var figures = new Figures(comparison);
        Row[] rows = [.. figures.Rows(Work).Where(row => row.InputSize == row.HiddenSize)];
        string[] cells = [.. rows.Select(row => row.Cell).Distinct()];
        string[] peers = [.. figures.Peers(Work).Where(peer => rows.Any(row => figures.Find(peer, Work, row) is not null))];
        double width = Left + Right + Math.Max(cells.Length, 2) * (PanelWidth + PanelGap) - PanelGap;
        (string Peer, double X, double Y)[] legend = [.. Legend(peers, width, 58)];
        double top = (legend.Length == 0 ? 58 : legend[^1].Y) + 62;
        double bottom = top + PlotHeight;

        using var drawing = new SvgDrawing(width, bottom + 50, Title, Description(comparison, figures, rows, cells), ChartStyle.Sheet);
        drawing.Words("title", 16, 28, "Time of a streamed step, lower is faster");
        if (rows.Length == 0)
        {
            drawing.Words("note", 16, 58, "No streamed step was measured.");
            return drawing.Finish();
        }

        foreach ((string peer, double x, double y) in legend)
        {
            drawing.Line($"{ChartStyle.LineOf(peer)}", x, y, x + SampleWidth - 8, y);
            drawing.Mark(ChartStyle.MarkOf(peer), x + (SampleWidth - 8) / 2, y, PeerStyle.Of(peer).Outline);
            drawing.Words(peer == PeerNames.FastRnn ? "legend own" : "legend", x + SampleWidth, y + 4.5, PeerNames.ShownPeer(peer));
        }

        IEnumerable<PeerRecord> records = rows.SelectMany(row => peers.Select(peer => figures.Find(peer, Work, row))).OfType<PeerRecord>();
        var scale = new LogScale([.. records.Select(record => record.NanosecondsPerStep)], top, bottom);
        drawing.UprightWords("axis middle", 18, (top + bottom) / 2, "time a step, log scale");
        foreach (double tick in scale.Ticks)
        {
            drawing.Words("axis end", Left - 8, scale.Place(tick) + 4, DisplayText.Tick(tick));
        }

        int[] sizes = [.. rows.Select(row => row.HiddenSize).Distinct().Order()];
        foreach ((int index, string cell) in cells.Index())
        {
            var panel = new ChartPanel(figures, Work, cell, sizes, peers, scale);
            panel.Draw(drawing, Left + index * (PanelWidth + PanelGap), top, PanelWidth, PlotHeight);
        }

        return drawing.Finish();
    }

    /// <summary>The peers in lines as wide as the picture.</summary>
    private static IEnumerable<(string Peer, double X, double Y)> Legend(string[] peers, double width, double y)
    {
        double x = 16;
        foreach (string peer in peers)
        {
            double needed = SampleWidth + PeerNames.ShownPeer(peer).Length * LetterWidth + 22;
            if (x > 16 && x + needed > width)
            {
                x = 16;
                y += LegendLine;
            }

            yield return (peer, x, y);
            x += needed;
        }
    }

    /// <summary>The same in words: each cell's least and largest size.</summary>
    private static string Description(Comparison comparison, Figures figures, Row[] rows, string[] cells)
    {
        IEnumerable<string> sentences =
            from cell in cells
            let own = rows.Where(row => row.Cell == cell && figures.Find(PeerNames.FastRnn, Work, row) is not null).ToArray()
            where own.Length > 0
            let range = DisplayText.Range(own.Select(row => figures.EngineRatio(Work, row)))
            select $"{PeerNames.ShownCell(cell)}: FastRnn takes {Time(own[0])} with {own[0].HiddenSize} units and {Time(own[^1])} with "
                + $"{own[^1].HiddenSize}{(range is null ? "" : $", and is {range} times as fast as the fastest engine")}.";
        return string.Join(
            ' ', sentences.Prepend($"Measured on one core of {comparison.Processor}. The table beside the chart has all figures."));

        string Time(Row row) => DisplayText.Time(figures.Find(PeerNames.FastRnn, Work, row)?.NanosecondsPerStep);
    }
}
