using System.Globalization;
using System.Xml.Linq;
using FastRnn.Peers.Results;

namespace FastRnn.Tests.Peers;

public sealed class ComparisonChartTests
{
    /// <summary>More than a letter of any usual typeface takes on the average, by its height.</summary>
    private const double LetterWidth = 0.56;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 20)];

    [Fact]
    public void ComparisonChart_Write_full_hasAMarkForEachFigureAndPeer()
    {
        XElement chart = Chart(MadeUpComparison.Full());
        Assert.Equal(5 * 18 + 5, chart.Elements(Svg + "path").Count());
        Assert.Equal(5 * 3, chart.Elements(Svg + "polyline").Count());
        Assert.Equal(["Elman", "GRU", "LSTM"], OfClass(chart, "cell").Select(text => text.Value));
        Assert.Equal(
            ["FastRnn", "ONNX Runtime", "oneDNN", "PyTorch", "Eigen"], OfClass(chart, "legend").Select(text => text.Value));
    }

    [Fact]
    public void ComparisonChart_Write_full_isDescribed()
    {
        XElement chart = Chart(MadeUpComparison.Full());
        Assert.Equal("img", chart.Attribute("role")!.Value);
        Assert.Equal(
            chart.Attribute("aria-labelledby")!.Value,
            $"{chart.Element(Svg + "title")!.Attribute("id")!.Value} {chart.Element(Svg + "desc")!.Attribute("id")!.Value}");
        Assert.Contains(
            $"Elman: FastRnn takes 46.4{DisplayText.Space}ns with 16 units", chart.Element(Svg + "desc")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void ComparisonChart_peers_differInColourAndShape()
    {
        PeerStyle[] styles = [.. PeerNames.Ordered.Append("another").Select(PeerStyle.Of)];
        Assert.Distinct(styles.Select(style => style.Light));
        Assert.Distinct(styles.Select(style => style.Dark));
        Assert.Distinct(styles.Select(style => style.Outline));
    }

    [Fact]
    public void ComparisonChart_Write_missingFigure_breaksTheLine()
    {
        int[] sizes = [16, 32, 128, 256, 512];
        XElement chart = Chart(MadeUpComparison.Of(
        [
            .. sizes.Select(size => MadeUpComparison.Record("fastrnn", "gru", size, size)), MadeUpComparison.Record("eigen", "gru", 64, 50),
        ]));
        Assert.Equal([2, 3], chart.Elements(Svg + "polyline").Select(line => line.Attribute("points")!.Value.Split(' ').Length));
        Assert.Equal(6 + 2, chart.Elements(Svg + "path").Count());
    }

    [Fact]
    public void ComparisonChart_Write_nothing_saysSo()
        => Assert.Contains("No streamed step", Chart(MadeUpComparison.Of()).Value, StringComparison.Ordinal);

    [Fact]
    public void ComparisonChart_Write_words_areEscaped()
    {
        PeerRecord record = MadeUpComparison.Record("<a> & \"b\"", "<c>&", 16, 100);
        XElement chart = Chart(MadeUpComparison.Of(record) with { Processor = "P & <Q>\u0001" });
        Assert.Equal("<a> & \"b\"", Assert.Single(OfClass(chart, "legend")).Value);
        Assert.Equal("<c>&", Assert.Single(OfClass(chart, "cell")).Value);
        Assert.Contains("P & <Q> ", chart.Element(Svg + "desc")!.Value, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void ComparisonChart_Write_anyTimes_keepsWordsApartAndAllInside(int seed)
    {
        var random = new Random(seed);
        double least = Math.Pow(10, random.NextDouble() * 4);
        double powers = random.NextDouble() * 4;
        Comparison comparison = MadeUpComparison.Full();
        XElement chart = Chart(comparison with
        {
            Records =
            [
                .. comparison.Records.Where(_ => random.Next(10) > 0)
                    .Select(record => record with { NanosecondsPerStep = least * Math.Pow(10, powers * random.NextDouble()) }),
            ],
        });
        double width = Number(chart, "width"), height = Number(chart, "height");
        (string Words, double Left, double Top, double Right, double Bottom)[] boxes = [.. chart.Elements(Svg + "text").Select(Box)];
        Assert.All(boxes, box => Assert.True(
            box.Left >= 0 && box.Top >= 0 && box.Right <= width && box.Bottom <= height, $"{box} is not inside"));
        Assert.All(boxes, box => Assert.All(
            boxes.Where(other => other != box),
            other => Assert.True(
                box.Right <= other.Left || other.Right <= box.Left || box.Bottom <= other.Top || other.Bottom <= box.Top,
                $"{box} and {other} overlap")));

        double bottom = Number(chart.Elements(Svg + "line").First(line => line.Attribute("class")!.Value == "frame"), "y1");
        Assert.All(
            chart.Elements(Svg + "polyline").SelectMany(line => line.Attribute("points")!.Value.Split(' ')),
            point => Assert.InRange(double.Parse(point.Split(',')[1], CultureInfo.InvariantCulture), bottom - 250 - 0.01, bottom + 0.01));
    }

    private static XElement Chart(Comparison comparison) => XElement.Parse(ComparisonChart.Write(comparison));

    private static IEnumerable<XElement> OfClass(XElement chart, string name)
        => chart.Elements(Svg + "text").Where(text => text.Attribute("class")!.Value.Split(' ').Contains(name));

    private static double Number(XElement element, string name)
        => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    /// <summary>About where words stand.</summary>
    private static (string Words, double Left, double Top, double Right, double Bottom) Box(XElement text)
    {
        string[] classes = text.Attribute("class")!.Value.Split(' ');
        double size = classes[0] switch { "title" => 16, "cell" => 14, "legend" => 13, "note" => 11.5, _ => 12.5 };
        double length = size * LetterWidth * text.Value.Length;
        double before = classes.Contains("middle") ? length / 2 : classes.Contains("end") ? length : 0;
        if (text.Attribute("transform")?.Value is { } transform)
        {
            double[] place = [.. transform.Split('(', ')')[1].Split(' ').Select(part => double.Parse(part, CultureInfo.InvariantCulture))];
            return (text.Value, place[0] - size * 0.8, place[1] - before, place[0] + size * 0.2, place[1] - before + length);
        }

        double x = Number(text, "x"), y = Number(text, "y");
        return (text.Value, x - before, y - size * 0.8, x - before + length, y + size * 0.2);
    }
}
