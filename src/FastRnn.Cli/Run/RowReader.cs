using System.Globalization;
using FastRnn.Cli.CommandLine;

namespace FastRnn.Cli.Run;

/// <summary>
/// Reads rows of numbers, one line for each step: I numbers, or one index. They are separated by commas, semicolons, tabs or spaces; the
/// decimal separator is a point in every culture.
/// </summary>
/// <param name="reader">the lines</param>
/// <param name="name">the file's name, for messages</param>
/// <param name="spec">what the network takes</param>
internal sealed class RowReader(TextReader reader, string name, RnnSpec spec)
{
    /// <summary>The most characters of a line: for any network, and for each number that it takes.</summary>
    private const int ShortestLimit = 4096, CharactersPerNumber = 64;

    /// <summary>Characters of a field that messages show.</summary>
    private const int LongestShown = 64;

    private readonly LineReader _lines = new(reader, name, LongestLine(spec));
    private float[] _values = [];
    private bool _hasSteps;

    /// <summary>The numbers of the last row [I]; empty if inputs are indices.</summary>
    internal ReadOnlySpan<float> Values => _values;

    /// <summary>The index of the last row, if inputs are indices.</summary>
    internal int Index { get; private set; }

    private string Expected => spec.TakesIndices
        ? $"one whole number from 0 to {spec.InputSize - 1}"
        : $"{spec.InputSize} {(spec.InputSize == 1 ? "number" : "numbers")}";

    /// <summary>Reads the next line.</summary>
    /// <exception cref="CommandException">It is not a row of inputs, or there is no row at all.</exception>
    internal RowKind Read()
    {
        if (!_lines.Read(out ReadOnlySpan<char> line))
        {
            return _hasSteps
                ? RowKind.End
                : throw new CommandException($"{name}: expected rows of {Expected}, but it has none");
        }

        if (line.IsWhiteSpace())
        {
            return RowKind.Blank;
        }

        var fields = new RowFields(line);
        int count = fields.Count();
        if (count != Columns(spec))
        {
            throw Error($"expected {Expected}, but got {count} columns");
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

    /// <summary>An error in the last line.</summary>
    internal CommandException Error(FormattableString rule) => _lines.Error(rule);

    private static int Columns(RnnSpec spec) => spec.TakesIndices ? 1 : spec.InputSize;

    private static int LongestLine(RnnSpec spec)
        => (int)Math.Clamp((long)CharactersPerNumber * Columns(spec), ShortestLimit, Array.MaxLength);

    private static string Describe(ReadOnlySpan<char> field)
        => field.Length <= LongestShown ? field.ToString() : $"{field[..LongestShown]}…";

    private int ParseIndex(ReadOnlySpan<char> field)
        => int.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int index)
            && index >= 0 && index < spec.InputSize
            ? index
            : throw Error($"expected {Expected}, but got '{Describe(field)}'");

    private void ParseValues(RowFields fields, int count)
    {
        // A model file may claim any number of inputs: memory is only allocated once a line has that many.
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
            throw Error($"column {column}: expected a number, but got '{Describe(field)}'");
        }

        return float.IsInfinity(value) && field.ContainsAnyInRange('0', '9')
            ? throw Error($"column {column}: expected a number of at most {float.MaxValue:G9}, but got '{Describe(field)}'")
            : value;
    }

    /// <summary>Infinity as C and NumPy write it.</summary>
    private static bool TryParseInfinity(ReadOnlySpan<char> field, out float value)
    {
        value = field.StartsWith('-') ? float.NegativeInfinity : float.PositiveInfinity;
        return (field is ['+' or '-', ..] ? field[1..] : field).Equals("inf", StringComparison.OrdinalIgnoreCase);
    }
}
