using System.Globalization;
using System.Text;
using FastRnn.Benchmarks.Results;

namespace FastRnn.Tasks;

/// <summary>A page of results: paragraphs, tables and charts, in Markdown.</summary>
/// <param name="name">of the file, and of the command</param>
/// <param name="title">the heading</param>
internal sealed class TaskPage(string name, string title)
{
    private readonly StringBuilder _text = new();
    private readonly List<LineChart> _charts = [];

    /// <summary>Adds a paragraph.</summary>
    internal void Paragraph(FormattableString text)
        => _text.Append(CultureInfo.InvariantCulture, $"{text.ToString(CultureInfo.InvariantCulture)}\n\n");

    /// <summary>Adds a table.</summary>
    /// <param name="header">the columns' names</param>
    /// <param name="left">how many columns, the first ones, hold words</param>
    /// <param name="rows">each as long as the header</param>
    internal void Table(IReadOnlyList<string> header, int left, IReadOnlyList<string[]> rows)
        => _text.Append(MarkdownTable.Write(header, left, rows)).Append('\n');

    /// <summary>Adds a chart, in a file of its own beside the page.</summary>
    internal void Chart(LineChart chart)
    {
        string file = _charts.Count == 0 ? $"{name}.svg" : $"{name}-{_charts.Count + 1}.svg";
        _charts.Add(chart);
        _text.Append(CultureInfo.InvariantCulture, $"![{chart.Title}]({file})\n\n");
    }

    /// <summary>Prints the page and writes it with its charts.</summary>
    /// <param name="options">where to</param>
    internal void Save(TaskOptions options)
    {
        string text = $"# {title}\n\n{_text.ToString().TrimEnd()}\n\n"
            + $"Measured on {Machine.Processor} {Machine.Generation} ({Machine.Instructions}), {Environment.ProcessorCount} cores, with\n\n"
            + $"```sh\n{options.CommandLine(name)}\n```\n";
        Console.Write(text);
        Directory.CreateDirectory(options.Folder);
        for (int i = 0; i < _charts.Count; i++)
        {
            _charts[i].Save(Path.Combine(options.Folder, i == 0 ? $"{name}.svg" : $"{name}-{i + 1}.svg"));
        }

        string path = Path.Combine(options.Folder, $"{name}.md");
        File.WriteAllText(path, text);
        Console.Error.WriteLine($"Written: {path}");
    }
}
