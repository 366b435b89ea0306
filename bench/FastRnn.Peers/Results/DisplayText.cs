using System.Globalization;
using System.Text;

namespace FastRnn.Peers.Results;

/// <summary>Figures and words as the page and the README show them: three digits, and units that suit the size.</summary>
internal static class DisplayText
{
    internal const string Missing = "–";

    /// <summary>Between a number and its unit, which stay in one line.</summary>
    internal const string Space = "\u00a0";

    private static readonly string[] TimeUnits = ["ns", "µs", "ms", "s"];
    private static readonly string[] ByteUnits = ["B", "kB", "MB", "GB"];

    /// <param name="nanoseconds">e.g. 1234.5, which is shown as 1.23 µs</param>
    internal static string Time(double? nanoseconds) => nanoseconds is { } value ? WithUnit(value, TimeUnits, Digits) : Missing;

    /// <summary>A time that stands at an axis, e.g. 10 µs.</summary>
    internal static string Tick(double nanoseconds)
        => WithUnit(nanoseconds, TimeUnits, value => value.ToString("0.###", CultureInfo.InvariantCulture));

    internal static string Milliseconds(double milliseconds) => Time(milliseconds * 1e6);

    /// <param name="ratio">how many times faster; what is below 1 is bold, so that nobody overlooks it</param>
    internal static string Ratio(double? ratio)
        => ratio is not { } value || !double.IsFinite(value) ? Missing
            : Rounded(value) < 1 ? $"**{Digits(value)}{Space}×**"
            : $"{Digits(value)}{Space}×";

    /// <summary>The least and the largest of some ratios, e.g. 1.23 to 4.56.</summary>
    internal static string? Range(IEnumerable<double?> ratios)
    {
        double[] values = [.. ratios.OfType<double>()];
        return values.Length == 0 ? null : Between(Digits(values.Min()), Digits(values.Max()));
    }

    internal static string Percent(double? fraction)
        => fraction is { } value && double.IsFinite(value)
            ? string.Create(CultureInfo.InvariantCulture, $"{100 * value:0}{Space}%")
            : Missing;

    /// <summary>Bytes; fewer than a step's worth are possible, where a call of many steps allocates.</summary>
    internal static string Bytes(double? bytes)
        => bytes is not { } value || !double.IsFinite(value) ? Missing
            : value == 0 ? "0"
            : value < 1000 && double.IsInteger(value) ? string.Create(CultureInfo.InvariantCulture, $"{value:0}{Space}B")
            : WithUnit(value, ByteUnits, Digits);

    /// <summary>The least and the most bytes, e.g. 96 B to 1.23 kB.</summary>
    internal static string Bytes(IEnumerable<double?> bytes)
    {
        double[] values = [.. bytes.OfType<double>()];
        return values.Length == 0 ? Missing : Between(Bytes(values.Min()), Bytes(values.Max()));
    }

    internal static string Difference(double? difference)
        => difference is not { } value || !double.IsFinite(value) ? Missing
            : value == 0 ? "0" : value.ToString("0.0e-0", CultureInfo.InvariantCulture);

    internal static string Count(long count) => count.ToString("#,##0", CultureInfo.InvariantCulture);

    /// <summary>Words that are to be read, not to be understood as Markdown.</summary>
    internal static string Words(string words)
    {
        var text = new StringBuilder();
        foreach (char letter in words)
        {
            text.Append(char.IsControl(letter) ? " " : @"\`*_[]<>|&~".Contains(letter) ? $@"\{letter}" : $"{letter}");
        }

        return text.ToString();
    }

    /// <summary>A command between as many backquotes as it needs.</summary>
    internal static string Code(string command)
    {
        string line = command.ReplaceLineEndings(" ");
        return line.Contains('`') ? $"`` {line} ``" : $"`{line}`";
    }

    private static string Between(string least, string most) => least == most ? least : $"{least} to {most}";

    private static string WithUnit(double value, string[] units, Func<double, string> digits)
    {
        if (!double.IsFinite(value))
        {
            return Missing;
        }

        double inUnit = value;
        int unit = 0;
        while (Rounded(inUnit) >= 1000 && unit < units.Length - 1)
        {
            inUnit /= 1000;
            unit++;
        }

        return $"{digits(inUnit)}{Space}{units[unit]}";
    }

    private static double Rounded(double value) => double.Parse(ThreeDigits(value), CultureInfo.InvariantCulture);

    private static string Digits(double value)
    {
        string digits = ThreeDigits(value);
        int exponent = int.Parse(digits[(digits.IndexOf('E', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
        return Rounded(value).ToString($"N{Math.Max(0, 2 - exponent)}", CultureInfo.InvariantCulture);
    }

    private static string ThreeDigits(double value) => value.ToString("E2", CultureInfo.InvariantCulture);
}
