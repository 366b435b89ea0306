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
    /// <summary>Characters that a line may have whatever the network takes, and for each number.</summary>
    private const int ShortestLimit = 4096, CharactersPerNumber = 64;

    /// <summary>Characters of a field that messages show.</summary>
    private const int LongestShown = 64;

    private readonly LineReader _lines = new(reader, name, LongestLine(spec));
    private float[] _values = [];
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
        if (!_lines.Read(out ReadOnlySpan<char> line))
        {
            return _hasSteps
                ? RowKind.End
                : throw new CommandFault($"{name}: expected rows of {Expected}, but it has none");
        }

        if (line.IsWhiteSpace())
        {
            return RowKind.Blank;
        }

        var fields = new RowFields(line);
        int count = fields.Count();
        if (count != Columns(spec))
        {
            throw Fault($"expected {Expected}, but got {count} columns");
        }

        if (spec.TakesIndices)
        {
            fields.Next(out ReadOnlySpan<char> field);
            Index = ParseIndex(field);
        }
        else
        {
            ParseValues(fields, count);
        }

        _hasSteps = true;
        return RowKind.Step;
    }

    /// <summary>What is wrong with the last line.</summary>
    internal CommandFault Fault(FormattableString rule) => _lines.Fault(rule);

    private static int Columns(RnnSpec spec) => spec.TakesIndices ? 1 : spec.InputSize;

    private static int LongestLine(RnnSpec spec)
        => (int)Math.Clamp((long)CharactersPerNumber * Columns(spec), ShortestLimit, Array.MaxLength);

    private static string Shown(ReadOnlySpan<char> field)
        => field.Length <= LongestShown ? field.ToString() : $"{field[..LongestShown]}…";

    private int ParseIndex(ReadOnlySpan<char> field)
        => int.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int index)
            && index >= 0 && index < spec.InputSize
            ? index
            : throw Fault($"expected {Expected}, but got '{Shown(field)}'");

    private void ParseValues(RowFields fields, int count)
    {
        // A file may name any number of inputs: memory is taken for as many as a line has had.
        if (_values.Length != count)
        {
            _values = new float[count];
        }

        for (int i = 0; fields.Next(out ReadOnlySpan<char> field); i++)
        {
            _values[i] = ParseValue(field, i + 1);
        }
    }

    private float ParseValue(ReadOnlySpan<char> field, int column)
    {
        if (!float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out float value)
            && !TryParseInfinity(field, out value))
        {
            throw Fault($"column {column}: expected a number, but got '{Shown(field)}'");
        }

        return float.IsInfinity(value) && field.ContainsAnyInRange('0', '9')
            ? throw Fault($"column {column}: expected a number of at most {float.MaxValue:G9}, but got '{Shown(field)}'")
            : value;
    }

    /// <summary>As C's library and NumPy write it.</summary>
    private static bool TryParseInfinity(ReadOnlySpan<char> field, out float value)
    {
        value = field.StartsWith('-') ? float.NegativeInfinity : float.PositiveInfinity;
        return (field is ['+' or '-', ..] ? field[1..] : field).Equals("inf", StringComparison.OrdinalIgnoreCase);
    }
}
