using FastRnn.Baselines.Series;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Baselines;

/// <summary>What all forecasters have in common, and the naive ones.</summary>
public sealed class SeriesForecasterTests
{
    private static readonly Dictionary<string, SeriesForecaster> Forecasters = new(StringComparer.Ordinal)
    {
        ["persistence"] = SeasonalNaive.Persistence,
        ["seasonal naive"] = new SeasonalNaive(3),
        ["autoregression"] = new Autoregression(0.1, [0.5, 0.2]),
        ["simple"] = ExponentialSmoothing.Simple(0.4),
        ["Holt"] = ExponentialSmoothing.Holt(0.4, 0.2),
        ["additive"] = ExponentialSmoothing.HoltWinters(0.4, 0.2, 0.3, 4),
        ["multiplicative"] = ExponentialSmoothing.HoltWinters(0.4, 0.2, 0.3, 4, Seasonality.Multiplicative),
    };

    public static TheoryData<string> Names => [.. Forecasters.Keys];

    [Fact]
    public void SeasonalNaive_Forecast_season_isRepeated()
    {
        Assert.Equal([2, 3, 4, 2, 3, 4, 2], new SeasonalNaive(3).Forecast([9, 2, 3, 4], 7));
        Assert.Equal([4, 4], SeasonalNaive.Persistence.Forecast([9, 2, 3, 4], 2));
        Assert.Equal(3, new SeasonalNaive(3).SeasonLength);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void SeriesForecaster_ForecastOneStep_anySeries_equalsForecastsOfEachPrefix(string name)
    {
        SeriesForecaster forecaster = Forecasters[name];
        float[] series = [.. RandomData.Uniform(1, 30).Select(value => value + 2)];
        float[] forecasts = forecaster.ForecastOneStep(series, forecaster.MinimumHistory);
        Assert.Equal(30 - forecaster.MinimumHistory, forecasts.Length);
        for (int i = 0; i < forecasts.Length; i++)
        {
            Assert.Equal(forecaster.Forecast(series.AsSpan(0, forecaster.MinimumHistory + i), 1)[0], forecasts[i]);
        }

        Assert.Empty(forecaster.ForecastOneStep(series, 30));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void SeriesForecaster_badInput_isRefused(string name)
    {
        SeriesForecaster forecaster = Forecasters[name];
        int least = forecaster.MinimumHistory;
        float[] history = [.. Enumerable.Repeat(1f, least)];
        BadInput.Refused<ArgumentException>(
            "history", $"at least {least} values", $"got {least - 1}", () => forecaster.Forecast(history.AsSpan(1), 1));
        BadInput.Refused<ArgumentOutOfRangeException>("horizon", "at least 1", "got 0", () => forecaster.Forecast(history, 0));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "start", $"from {least} to {least}", $"got {least - 1}", () => forecaster.ForecastOneStep(history, least - 1));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "start", $"from {least} to {least}", $"got {least + 1}", () => forecaster.ForecastOneStep(history, least + 1));
        history[0] = float.NaN;
        BadInput.Refused<ArgumentException>("history", "finite", "history[0] is NaN", () => forecaster.Forecast(history, 1));
        BadInput.Refused<ArgumentException>("series", "finite", "series[0] is NaN", () => forecaster.ForecastOneStep(history, least));
        BadInput.Refused<ArgumentOutOfRangeException>("seasonLength", "at least 1", "got 0", () => _ = new SeasonalNaive(0));
    }
}
