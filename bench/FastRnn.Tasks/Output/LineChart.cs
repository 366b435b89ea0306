using ScottPlot;

namespace FastRnn.Tasks;

/// <summary>Lines over an axis, as an SVG file.</summary>
/// <param name="title">stands above</param>
/// <param name="x">names the axis</param>
/// <param name="y">names the other axis</param>
internal sealed class LineChart(string title, string x, string y)
{
    private readonly List<(string Name, double[] X, double[] Y)> _lines = [];

    internal string Title => title;

    /// <summary>Whether the vertical axis is one of powers of ten; values that are not above 0 are left out.</summary>
    internal bool HasLogarithmicValues { get; init; }

    /// <summary>Adds a line.</summary>
    internal void Add(string name, IEnumerable<(double X, double Y)> points)
    {
        (double X, double Y)[] shown = [.. points.Where(point => !HasLogarithmicValues || point.Y > 0)];
        _lines.Add((name, [.. shown.Select(point => point.X)], [.. shown.Select(point => Scale(point.Y))]));
    }

    internal void Save(string path)
    {
        const int Width = 900, Height = 420;
        using var plot = new Plot();
        foreach ((string name, double[] xs, double[] ys) in _lines)
        {
            ScottPlot.Plottables.Scatter line = plot.Add.Scatter(xs, ys);
            line.LegendText = name;
            line.MarkerSize = xs.Length > 40 ? 0 : 4;
            line.LineWidth = 2;
        }

        if (HasLogarithmicValues)
        {
            plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
            {
                IntegerTicksOnly = true,
                LabelFormatter = power => $"1e{power:0}",
            };
        }

        plot.Title(title);
        plot.XLabel(x);
        plot.YLabel(y);
        plot.ShowLegend(Edge.Right);
        plot.SaveSvg(path, Width, Height);
    }

    private double Scale(double value) => HasLogarithmicValues ? Math.Log10(value) : value;
}
