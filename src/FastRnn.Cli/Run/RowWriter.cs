using System.Globalization;
using System.Text;

namespace FastRnn.Cli.Run;

/// <summary>Writes rows of numbers, one line for each step, separated by commas. Each number is the shortest text that reads back as the
/// same float, in every culture.</summary>
/// <param name="writer">receives the lines</param>
/// <param name="flushes">whether to flush after each line</param>
internal sealed class RowWriter(TextWriter writer, bool flushes)
{
    private readonly StringBuilder _line = new();

    internal void Write(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            _ = _line.Append(CultureInfo.InvariantCulture, $"{(_line.Length > 0 ? "," : "")}{value:R}");
        }

        WriteLine();
    }

    internal void WriteBlank() => WriteLine();

    private void WriteLine()
    {
        // The same line break on every system.
        _ = _line.Append('\n');
        writer.Write(_line);
        _line.Clear();
        if (flushes)
        {
            writer.Flush();
        }
    }
}
