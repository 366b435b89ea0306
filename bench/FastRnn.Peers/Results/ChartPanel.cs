namespace FastRnn.Peers.Results;

/// <summary>One cell's part of the chart.</summary>
internal sealed class ChartPanel
{
    private readonly Figures _figures;
    private readonly PieceOfWork _work;
    private readonly string _cell;
    private readonly int[] _sizes;
    private readonly string[] _peers;
    private readonly LogScale _scale;

    internal ChartPanel(Figures figures, PieceOfWork work, string cell, int[] sizes, string[] peers, LogScale scale)
    {
        _figures = figures;
        _work = work;
        _cell = cell;
        _sizes = sizes;
        _peers = peers;
        _scale = scale;
    }

    internal void Draw(SvgDrawing drawing, double x, double top, double width, double height)
    {
        double bottom = top + height;
        drawing.Words("cell", x, top - 24, PeerNames.ShownCell(_cell));
        if (DisplayText.Range(_sizes.Select(size => _figures.EngineRatio(_work, RowOf(size)))) is { } range)
        {
            drawing.Words("note", x, top - 8, $"fastest engine: {range} × as long");
        }

        foreach (double tick in _scale.Ticks)
        {
            drawing.Line("grid", x, _scale.Place(tick), x + width, _scale.Place(tick));
        }

        drawing.Line("frame", x, bottom, x + width, bottom);
        double place = width / _sizes.Length;
        foreach ((int index, int size) in _sizes.Index())
        {
            drawing.Words("axis middle", x + (index + 0.5) * place, bottom + 18, $"{size}");
        }

        drawing.Words("note middle", x + width / 2, bottom + 37, "hidden size");

        // Where peers meet, all are seen: FastRnn's thick line is under the others' thin ones, its small mark inside their hollow ones.
        foreach (string peer in _peers)
        {
            DrawLines(drawing, peer, Points(peer, x, place));
        }

        foreach (string peer in _peers.Reverse())
        {
            foreach ((double X, double Y) point in Points(peer, x, place).OfType<(double X, double Y)>())
            {
                drawing.Mark(ChartStyle.MarkOf(peer), point.X, point.Y, PeerStyle.Of(peer).Outline);
            }
        }
    }

    /// <summary>Lines through the points between which none is missing.</summary>
    private static void DrawLines(SvgDrawing drawing, string peer, (double X, double Y)?[] points)
    {
        for (int from = 0; from < points.Length; from++)
        {
            (double X, double Y)[] run = [.. points.Skip(from).TakeWhile(point => point is not null).OfType<(double X, double Y)>()];
            if (run.Length > 1)
            {
                drawing.Line(ChartStyle.LineOf(peer), run);
            }

            from += run.Length;
        }
    }

    private (double X, double Y)?[] Points(string peer, double x, double place)
        =>
        [
            .. _sizes.Select((size, index) => _figures.Find(peer, _work, RowOf(size)) is { } record
                ? (x + (index + 0.5) * place, _scale.Place(record.NanosecondsPerStep))
                : ((double X, double Y)?)null),
        ];

    private Row RowOf(int size) => new(_cell, size, size);
}
