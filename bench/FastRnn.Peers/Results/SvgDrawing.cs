using System.Globalization;
using System.Text;
using System.Xml;

namespace FastRnn.Peers.Results;

/// <summary>A picture of lines, marks and words. What they look like is said by classes, once, in a style sheet.</summary>
internal sealed class SvgDrawing : IDisposable
{
    private const string Namespace = "http://www.w3.org/2000/svg";

    private readonly StringBuilder _text = new();
    private readonly XmlWriter _writer;

    /// <param name="width">of the picture; it is scaled to the place that it gets</param>
    /// <param name="height">of the picture</param>
    /// <param name="title">what it shows, for those who can't see it</param>
    /// <param name="description">what there is to see</param>
    /// <param name="style">the style sheet</param>
    internal SvgDrawing(double width, double height, string title, string description, string style)
    {
        _writer = XmlWriter.Create(
            _text, new XmlWriterSettings { OmitXmlDeclaration = true, Indent = true, IndentChars = "  ", NewLineChars = "\n" });
        _writer.WriteStartElement("svg", Namespace);
        Attributes([
            ("viewBox", $"0 0 {Number(width)} {Number(height)}"), ("width", Number(width)), ("height", Number(height)), ("role", "img"),
            ("aria-labelledby", "title description"),
        ]);
        Element("title", title, ("id", "title"));
        Element("desc", description, ("id", "description"));
        Element("style", style);
        Element(
            "rect", null, ("class", "paper"), ("x", "0.5"), ("y", "0.5"), ("width", Number(width - 1)), ("height", Number(height - 1)),
            ("rx", "6"));
    }

    internal void Line(string styles, double x1, double y1, double x2, double y2)
        => Element("line", null, ("class", styles), ("x1", Number(x1)), ("y1", Number(y1)), ("x2", Number(x2)), ("y2", Number(y2)));

    /// <summary>A line through points, of which there are two or more.</summary>
    internal void Line(string styles, IEnumerable<(double X, double Y)> points)
        => Element(
            "polyline", null, ("class", styles),
            ("points", string.Join(' ', points.Select(point => $"{Number(point.X)},{Number(point.Y)}"))));

    /// <param name="styles">the classes</param>
    /// <param name="outline">a path's commands, relative to x and y</param>
    internal void Mark(string styles, double x, double y, string outline)
        => Element("path", null, ("class", styles), ("d", $"M{Number(x)} {Number(y)}{outline}"));

    internal void Words(string styles, double x, double y, string words)
        => Element("text", words, ("class", styles), ("x", Number(x)), ("y", Number(y)));

    /// <summary>Words that are read from the bottom to the top, around their middle.</summary>
    internal void UprightWords(string styles, double x, double y, string words)
        => Element("text", words, ("class", styles), ("transform", $"translate({Number(x)} {Number(y)}) rotate(-90)"));

    /// <summary>Ends the picture.</summary>
    internal string Finish()
    {
        _writer.WriteEndElement();
        _writer.Flush();
        return $"{_text}\n";
    }

    public void Dispose() => _writer.Dispose();

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private void Element(string name, string? words, params (string Name, string Value)[] attributes)
    {
        _writer.WriteStartElement(name, Namespace);
        Attributes(attributes);
        if (words is not null)
        {
            _writer.WriteString(string.Concat(words.Select(letter => XmlConvert.IsXmlChar(letter) ? letter : ' ')));
        }

        _writer.WriteEndElement();
    }

    private void Attributes((string Name, string Value)[] attributes)
    {
        foreach ((string name, string value) in attributes)
        {
            _writer.WriteAttributeString(name, value);
        }
    }
}
