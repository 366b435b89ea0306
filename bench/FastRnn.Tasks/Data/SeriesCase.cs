namespace FastRnn.Tasks;

/// <summary>A series and how it is usually looked at.</summary>
/// <param name="Name">in tables</param>
/// <param name="File">in the folder of the data</param>
/// <param name="Season">steps of a season</param>
/// <param name="Difference">steps back whose value is taken off, 0 for none</param>
/// <param name="Transform">makes the variance even</param>
/// <param name="Restore">undoes it</param>
/// <param name="Description">the transformation in words</param>
internal sealed record SeriesCase(
    string Name, string File, int Season, int Difference, Func<float, float> Transform, Func<float, float> Restore, string Description)
{
    internal static SeriesCase[] All { get; } =
    [
        new("sunspots, monthly", "monthly-sunspots.csv", 132, 0, MathF.Sqrt, y => y > 0 ? y * y : 0, "square roots"),
        new("airline passengers, monthly", "airline-passengers.csv", 12, 12, MathF.Log, MathF.Exp, "logarithms less those of a year before"),
        new("minimum temperatures, daily", "daily-min-temperatures.csv", 365, 0, y => y, y => y, "as they are"),
    ];

    /// <summary>What the network sees: the transformed values, less those of so many steps before.</summary>
    internal float[] Inputs(float[] values)
        => [.. values.Select((value, i) => Transform(value) - (i >= Difference ? Base(values, i) : Transform(value)))];

    /// <summary>A value of the series of what the network has forecast for a step.</summary>
    /// <param name="values">the series</param>
    /// <param name="step">that is forecast</param>
    /// <param name="forecast">what the network says</param>
    internal float Forecast(float[] values, int step, float forecast) => Restore(forecast + Base(values, step));

    private float Base(float[] values, int step) => Difference > 0 ? Transform(values[step - Difference]) : 0;
}
