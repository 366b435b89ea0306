using FastRnn.Baselines.Numerics;

namespace FastRnn.Baselines.Series;

/// <summary>
/// The value one season ago: ŷ⟨t+h⟩ = y of the same place in the last season of the history. With a season of one step it is persistence,
/// the last value. The forecast that any other has to beat. Source: R. J. Hyndman and G. Athanasopoulos, Forecasting: principles and
/// practice, 3rd edition, 2021, section 5.2.
/// </summary>
public sealed class SeasonalNaive : SeriesForecaster
{
    /// <param name="seasonLength">The number of steps in a season, at least 1; 12 for months of a year, 1 for persistence.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="seasonLength"/> is below 1.</exception>
    public SeasonalNaive(int seasonLength)
        : base(seasonLength)
        => Guard.AtLeast(seasonLength, 1, nameof(seasonLength));

    /// <summary>The last value, again and again.</summary>
    public static SeasonalNaive Persistence { get; } = new(1);

    /// <summary>The number of steps in a season.</summary>
    public int SeasonLength => MinimumHistory;

    private protected override void Compute(ReadOnlySpan<double> history, Span<double> forecasts)
    {
        ReadOnlySpan<double> season = history[^SeasonLength..];
        for (int h = 0; h < forecasts.Length; h++)
        {
            forecasts[h] = season[h % SeasonLength];
        }
    }
}
