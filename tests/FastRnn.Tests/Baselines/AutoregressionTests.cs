using FastRnn.Baselines.Series;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Baselines;

public sealed class AutoregressionTests
{
    /// <summary>ŷ = 1 + 2·last − last but one: 1 + 6 − 1 = 6, 1 + 12 − 3 = 10, 1 + 20 − 6 = 15.</summary>
    [Fact]
    public void Autoregression_Forecast_twoLags_isTheRecursionWorkedOutByHand()
        => Assert.Equal([6, 10, 15], new Autoregression(1, [2, -1]).Forecast([100, 1, 3], 3));

    /// <summary>y = 0, 1, 3, 7, 15: exactly 1 + 2·last.</summary>
    [Fact]
    public void Autoregression_Fit_seriesOfARecursion_findsItsCoefficients()
    {
        Autoregression fitted = Autoregression.Fit([0, 1, 3, 7, 15], order: 1);
        Compare.Within(1, fitted.Intercept, 1e-12, "c");
        Compare.Within(2, fitted.Coefficients[0], 1e-12, "φ₁");
        Assert.Equal([31, 63], fitted.Forecast([15], 2));
    }

    /// <summary>Regression of (2, 1, 4) on (1, 2, 1): slope −2, as the means are 7/3 and 4/3, and the intercept 7/3 + 8/3.</summary>
    [Fact]
    public void Autoregression_Fit_seriesWithErrors_isTheRegressionWorkedOutByHand()
    {
        Autoregression fitted = Autoregression.Fit([1, 2, 1, 4], order: 1);
        Compare.Within(-2, fitted.Coefficients[0], 1e-12, "φ₁");
        Compare.Within(5, fitted.Intercept, 1e-12, "c");
    }

    [Fact]
    public void Autoregression_Fit_simulatedSeries_recoversTheCoefficients()
    {
        var random = new Random(1);
        var series = new float[20_000];
        for (int t = 2; t < series.Length; t++)
        {
            float noise = Enumerable.Range(0, 12).Sum(_ => random.NextSingle()) - 6;
            series[t] = 2 + 0.6f * series[t - 1] - 0.3f * series[t - 2] + noise;
        }

        Autoregression fitted = Autoregression.Fit(series, order: 3);
        Compare.Within(2, fitted.Intercept, 0.08, "c");
        Compare.Within(0.6, fitted.Coefficients[0], 0.03, "φ₁");
        Compare.Within(-0.3, fitted.Coefficients[1], 0.03, "φ₂");
        Compare.Within(0, fitted.Coefficients[2], 0.03, "φ₃");

        // Far ahead the forecast is the mean of the process, 2 / (1 − 0.6 + 0.3).
        Compare.Within(2 / 0.7, fitted.Forecast(series, 100)[^1], 0.05, "mean");
    }

    /// <summary>A series of p distinct waves has p·2 roots, and no error is left.</summary>
    [Fact]
    public void Autoregression_Fit_sumOfWaves_forecastsThemFarAhead()
    {
        float[] series = [.. Enumerable.Range(0, 150).Select(t => (float)(Math.Sin(0.3 * t) + 2 * Math.Cos(1.1 * t)))];
        float[] forecasts = Autoregression.Fit(series.AsSpan(0, 100), order: 4).Forecast(series.AsSpan(0, 100), 50);
        Compare.Near(RandomData.ToDouble(series.AsSpan(100)), forecasts, 0, 1e-3, "forecast");
    }

    /// <summary>The lags depend on the intercept, or on each other.</summary>
    [Fact]
    public void Autoregression_Fit_constantSeries_forecastsTheConstant()
    {
        Autoregression fitted = Autoregression.Fit([0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f], order: 3);
        Assert.Equal([0, 0, 0], fitted.Coefficients.ToArray());
        Assert.Equal([0.1f, 0.1f], fitted.Forecast([0.1f, 0.1f, 0.1f], 2));
    }

    [Fact]
    public void Autoregression_Fit_largeOffset_keepsTheDigits()
    {
        float[] series = [.. Enumerable.Range(0, 200).Select(t => 1_000_000 + MathF.Round(100 * MathF.Sin(0.4f * t)))];
        float[] forecasts = Autoregression.Fit(series, order: 2).Forecast(series, 10);
        for (int h = 0; h < 10; h++)
        {
            Compare.Within(1_000_000 + 100 * Math.Sin(0.4 * (200 + h)), forecasts[h], 3, $"forecast {h}");
        }
    }

    [Fact]
    public void Autoregression_badInput_isRefused()
    {
        BadInput.Refused<ArgumentOutOfRangeException>("order", "at least 1", "got 0", () => Autoregression.Fit([1, 2, 3], 0));
        BadInput.Refused<ArgumentException>("series", "at least 5 values", "got 4", () => Autoregression.Fit([1, 2, 3, 4], 2));
        BadInput.Refused<ArgumentException>("series", "finite", "series[1] is NaN", () => Autoregression.Fit([1, float.NaN, 3], 1));
        BadInput.Refused<ArgumentException>("coefficients", "at least 1", "got 0", () => _ = new Autoregression(0, []));
        BadInput.Refused<ArgumentException>("coefficients", "finite", "NaN", () => _ = new Autoregression(0, [double.NaN]));
        BadInput.Refused<ArgumentException>("intercept", "finite", "Infinity", () => _ = new Autoregression(double.PositiveInfinity, [1]));
    }
}
