using System.Globalization;

namespace FastRnn.Cli.Run;

/// <summary>
/// Reads rows of numbers, a line a step, for one network: I numbers, or one index. Between them stand commas, semicolons, tabs or blanks;
/// numbers have a point whatever the machine's culture.
/// </summary>
/// <param name="reader">the lines</param>
/// <param name="name">the file's name, for messages</param>
/// <param name="spec">what the network takes</param>
internal sealed class RowReader(TextReader reader, string name, RnnSpec spec)
{
    /// <summary>The first one that a line has stands between all its numbers; else blanks do.</summary>
    private static readonly char[] Separators = [',', ';', '\t'];

    private readonly float[] _values = new float[spec.TakesIndices ? 0 : spec.InputSize];
    private long _line;
    private bool _hasSteps;

    /// <summary>The numbers of the last row [I]; none where inputs are indices.</summary>
    internal ReadOnlySpan<float> Values => _values;

    /// <summary>The index of the last row, where inputs are indices.</summary>
    internal int Index { get; private set; }

    private string Expected => spec.TakesIndices
        ? $"one whole number from 0 to {spec.InputSize - 1}"
        : $"{spec.InputSize} {(spec.InputSize == 1 ? "number" : "numbers")}";

    /// <summary>Reads the next line.</summary>
    /// <exception cref="CommandFault">It is no row of the network's inputs, or the first row is missing.</exception>
    internal RowKind Read()
    {
        string? line = reader.ReadLine();
        if (line is null)
        {
            return _hasSteps
                ? RowKind.End
                : throw new CommandFault($"{name}: expected rows of {Expected}, but it has none");
        }

        _line++;
        if (string.IsNullOrWhiteSpace(line))
        {
            return RowKind.Blank;
        }

        char separator = Array.Find(Separators, line.Contains);
        string[] fields = separator == default
            ? line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            : line.Split(separator, StringSplitOptions.TrimEntries);
        int count = spec.TakesIndices ? 1 : spec.InputSize;
        if (fields.Length != count)
        {
            throw Fault($"expected {Expected}, but got {fields.Length} columns");
        }

        if (spec.TakesIndices)
        {
            Index = ParseIndex(fields[0]);
        }
        else
        {
            for (int i = 0; i < count; i++)
            {
                _values[i] = ParseValue(fields[i], i + 1);
            }
        }

        _hasSteps = true;
        return RowKind.Step;
    }

    private int ParseIndex(string field)
        => int.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int index)
            && index >= 0 && index < spec.InputSize
            ? index
            : throw Fault($"expected {Expected}, but got '{field}'");

    private float ParseValue(string field, int column)
    {
        if (!float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out float value))
        {
            throw Fault($"column {column}: expected a number, but got '{field}'");
        }

        return float.IsInfinity(value) && field.Any(char.IsAsciiDigit)
            ? throw Fault($"column {column}: expected a number of at most {float.MaxValue:G9}, but got '{field}'")
            : value;
    }

    /// <summary>What is wrong with the last line.</summary>
    internal CommandFault Fault(FormattableString rule)
        => new(string.Create(CultureInfo.InvariantCulture, $"{name}: line {_line}: {rule.ToString(CultureInfo.InvariantCulture)}"));
}
