using System.Globalization;

namespace FastRnn.Cli.Demo;

/// <summary>Monthly sunspot numbers, in order of time.</summary>
/// <remarks>
/// The embedded file holds the Zürich monthly sunspot numbers of 1749 to 1983 as the Time Series Data Library publishes them; its
/// lines are <c>month,sunspots</c> below a heading, a line a month.
/// </remarks>
internal sealed class SunspotSeries
{
    internal const string Source = "Time Series Data Library";

    private const string ResourceName = "monthly-sunspots.csv";

    private readonly DateOnly _first;
    private readonly double[] _values;

    internal SunspotSeries(DateOnly first, double[] values)
    {
        _first = first;
        _values = values;
    }

    /// <summary>All months.</summary>
    internal ReadOnlySpan<double> Values => _values;

    /// <summary>How many months at the end are held out of fitting: a fifth.</summary>
    internal int HeldOutCount => _values.Length / 5;

    /// <summary>The first month that is held out.</summary>
    internal int HeldOutStart => _values.Length - HeldOutCount;

    /// <summary>What may be fitted to.</summary>
    internal ReadOnlySpan<double> Training => Values[..HeldOutStart];

    /// <summary>What forecasts are judged by.</summary>
    internal ReadOnlySpan<double> HeldOut => Values[HeldOutStart..];

    /// <summary>The training part as a series with a held-out part of its own, by which to choose settings.</summary>
    internal SunspotSeries Validation => new(_first, Training.ToArray());

    internal DateOnly Month(int index) => _first.AddMonths(index);

    internal static SunspotSeries Load()
    {
        using Stream stream = typeof(SunspotSeries).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"Expected the embedded file '{ResourceName}', but the assembly has none.");
        using var reader = new StreamReader(stream);
        return Parse(reader);
    }

    /// <exception cref="InvalidDataException">A line is not a month and a value, or not the month after the line before it.</exception>
    internal static SunspotSeries Parse(TextReader reader)
    {
        var values = new List<double>();
        DateOnly first = default;
        _ = reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            string[] fields = line.Split(',');
            if (fields.Length != 2
                || !DateOnly.TryParseExact(fields[0], "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly month)
                || !double.TryParse(fields[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                || !(value >= 0 && double.IsFinite(value)))
            {
                throw new InvalidDataException($"Expected 'yyyy-MM,number' in line {values.Count + 2}, but got '{line}'.");
            }

            if (values.Count == 0)
            {
                first = month;
            }
            else if (month != first.AddMonths(values.Count))
            {
                throw new InvalidDataException(
                    $"Expected the month {first.AddMonths(values.Count):yyyy-MM} in line {values.Count + 2}, but got {month:yyyy-MM}.");
            }

            values.Add(value);
        }

        return new SunspotSeries(first, [.. values]);
    }
}
