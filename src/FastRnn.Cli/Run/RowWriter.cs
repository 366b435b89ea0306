using System.Globalization;
using System.Text;

namespace FastRnn.Cli.Run;

/// <summary>Writes rows of numbers, a line a step, with commas between them. Each number is the shortest text that reads back as the same
/// float, whatever the machine's culture.</summary>
/// <param name="writer">where lines go</param>
/// <param name="flushes">whether each line is to be seen at once</param>
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
        // One line break, the same on every machine.
        _ = _line.Append('\n');
        writer.Write(_line);
        _line.Clear();
        if (flushes)
        {
            writer.Flush();
        }
    }
}
