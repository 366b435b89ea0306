using FastRnn.Baselines.Series;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Baselines;

public sealed class ExponentialSmoothingTests
{
    private const double Rounding = 1e-5;

    /// <summary>l: 2, then 0.25·4 + 0.75·2 = 2.5, then 0.25·6 + 0.75·2.5 = 3.375.</summary>
    [Fact]
    public void ExponentialSmoothing_Simple_threeValues_isTheLevelWorkedOutByHand()
        => Near([3.375, 3.375], ExponentialSmoothing.Simple(0.25).Forecast([2, 4, 6], 2));

    /// <summary>l = 3, b = 2; then 5 is forecast and 6 comes: l = 5.5, b = 0.2·2.5 + 0.8·2 = 2.1.</summary>
    [Fact]
    public void ExponentialSmoothing_Holt_threeValues_isTheLineWorkedOutByHand()
        => Near([7.6, 9.7], ExponentialSmoothing.Holt(0.5, 0.2).Forecast([1, 3, 6], 2));

    /// <summary>
    /// Seasons (1, 5) and (5, 9): means 3 and 7, b = 2, the line 2, 4, s = (−1, 1), l = 4. 5 and 9 are as forecast: l = 8. 11 comes where
    /// 8 + 2 − 1 = 9 is forecast: l = 0.5·12 + 0.5·10 = 11, b = 0.25·3 + 0.75·2 = 2.25, s₀ = 0.5·(11 − 10) − 0.5·1 = 0.
    /// </summary>
    [Fact]
    public void ExponentialSmoothing_HoltWinters_additiveSeason_isTheRecursionWorkedOutByHand()
        => Near(
            [11 + 2.25 + 1, 11 + 4.5, 11 + 6.75 + 1],
            ExponentialSmoothing.HoltWinters(0.5, 0.25, 0.5, seasonLength: 2).Forecast([1, 5, 5, 9, 11], 3));

    /// <summary>
    /// Seasons (2, 6) and (2, 6): b = 0, s = (½, 1½), l = 4. The next values are as forecast. 4 comes where 2 is: l = 0.5·8 + 0.5·4 = 6,
    /// b = 0.5·2 = 1, s₀ = 0.5·(4/4) + 0.5·½ = ¾.
    /// </summary>
    [Fact]
    public void ExponentialSmoothing_HoltWinters_multiplicativeSeason_isTheRecursionWorkedOutByHand()
        => Near(
            [7 * 1.5, 8 * 0.75],
            ExponentialSmoothing.HoltWinters(0.5, 0.5, 0.5, 2, Seasonality.Multiplicative).Forecast([2, 6, 2, 6, 4], 2));

    /// <summary>
    /// Seasons (1, 2) and (10, 20): means 1.5 and 15, but b is 1.5/2 and not 6.75; the line 1.125, 1.875, s = (1/1.125, 2/1.875). Nothing is
    /// learned, so that the line goes on: 4.125, 4.875.
    /// </summary>
    [Fact]
    public void ExponentialSmoothing_HoltWinters_levelThatGrowsTenfold_startsWithABoundedTrend()
        => Near(
            [4.125 / 1.125, 4.875 * 2 / 1.875],
            ExponentialSmoothing.HoltWinters(0, 0, 0, 2, Seasonality.Multiplicative).Forecast([1, 2, 10, 20], 2));

    /// <summary>A line, or a line with a season, is forecast exactly whatever the parameters are.</summary>
    [Fact]
    public void ExponentialSmoothing_Forecast_lineWithSeason_isExact()
    {
        float[] line = [.. Enumerable.Range(0, 40).Select(t => 3 + 0.5f * t)];
        float[] season = [.. line.Select((value, t) => value + (t % 4 == 1 ? 3 : -1))];
        float[] swings = [.. Enumerable.Range(0, 40).Select(t => t % 4 == 1 ? 8f : 2f)];
        Near(RandomData.ToDouble(line.AsSpan(20)), ExponentialSmoothing.Holt(0.3, 0.7).Forecast(line.AsSpan(0, 20), 20));
        Near(
            RandomData.ToDouble(season.AsSpan(20)),
            ExponentialSmoothing.HoltWinters(0.3, 0.7, 0.2, 4).Forecast(season.AsSpan(0, 20), 20));
        Near(
            RandomData.ToDouble(swings.AsSpan(20)),
            ExponentialSmoothing.HoltWinters(0.3, 0.7, 0.2, 4, Seasonality.Multiplicative).Forecast(swings.AsSpan(0, 20), 20));
    }

    [Fact]
    public void ExponentialSmoothing_Fit_extremeSeries_findsTheBorders()
    {
        // A random walk is best forecast by its last value, noise around a constant by its mean.
        var random = new Random(1);
        float[] noise = [.. Enumerable.Range(0, 400).Select(_ => random.NextSingle())];
        float[] walk = [.. noise];
        for (int t = 1; t < walk.Length; t++)
        {
            walk[t] = walk[t - 1] + noise[t] - 0.5f;
        }

        Assert.InRange(ExponentialSmoothing.FitSimple(walk).Alpha, 0.85, 1);
        Assert.InRange(ExponentialSmoothing.FitSimple(noise).Alpha, 0, 0.15);
    }

    /// <summary>Neither other parameters of a coarse grid nor near ones have a smaller one-step error.</summary>
    [Fact]
    public void ExponentialSmoothing_Fit_anySeries_hasTheLeastError()
    {
        var random = new Random(2);
        float[] series = [.. Enumerable.Range(0, 40).Select(t => 20 + 0.3f * t + 4 * MathF.Sin(t * MathF.PI / 2) + 4 * random.NextSingle())];
        CheckLeast(ExponentialSmoothing.FitSimple(series), (a, _, _) => ExponentialSmoothing.Simple(a));
        CheckLeast(ExponentialSmoothing.FitHolt(series), (a, b, _) => ExponentialSmoothing.Holt(a, b));
        foreach (Seasonality seasonality in Enum.GetValues<Seasonality>())
        {
            ExponentialSmoothing fitted = ExponentialSmoothing.FitHoltWinters(series, 4, seasonality);
            CheckLeast(fitted, (a, b, c) => ExponentialSmoothing.HoltWinters(a, b, c, 4, seasonality));
            Assert.Equal(4, fitted.SeasonLength);
        }

        void CheckLeast(ExponentialSmoothing fitted, Func<double, double, double, ExponentialSmoothing> make)
        {
            double error = Error(fitted);
            (double alpha, double beta, double gamma) = (fitted.Alpha, fitted.Beta ?? 0, fitted.Gamma ?? 0);
            foreach (double a in Others(alpha, true))
            {
                foreach (double b in Others(beta, fitted.Beta is not null))
                {
                    foreach (double c in Others(gamma, fitted.Gamma is not null))
                    {
                        double other = Error(make(a, b, c));
                        Assert.True(error <= other * (1 + 1e-6), $"{alpha}, {beta}, {gamma}: {error}, but {a}, {b}, {c}: {other}");
                    }
                }
            }
        }

        static IEnumerable<double> Others(double value, bool isThere)
            => isThere ? [0, 0.25, 0.5, 0.75, 1, value, Math.Max(0, value - 0.005), Math.Min(1, value + 0.005)] : [0];

        double Error(ExponentialSmoothing forecaster)
        {
            int start = forecaster.MinimumHistory;
            return forecaster.ForecastOneStep(series, start).Zip(series[start..], (f, y) => Math.Pow(f - y, 2)).Average();
        }
    }

    [Fact]
    public void ExponentialSmoothing_parts_thatAreNotThere_haveNoParameter()
    {
        ExponentialSmoothing simple = ExponentialSmoothing.Simple(0.5), holt = ExponentialSmoothing.Holt(0.5, 0.25);
        Assert.Equal((0.5, null, null, 1, 1), (simple.Alpha, simple.Beta, simple.Gamma, simple.SeasonLength, simple.MinimumHistory));
        Assert.Equal((0.5, 0.25, null, 1, 2), (holt.Alpha, holt.Beta, holt.Gamma, holt.SeasonLength, holt.MinimumHistory));
        ExponentialSmoothing season = ExponentialSmoothing.HoltWinters(0.1, 0.2, 0.3, 12);
        Assert.Equal((0.1, 0.2, 0.3, 12, 24), (season.Alpha, season.Beta, season.Gamma, season.SeasonLength, season.MinimumHistory));
    }

    [Fact]
    public void ExponentialSmoothing_badInput_isRefused()
    {
        foreach (double bad in new[] { -0.1, 1.1, double.NaN })
        {
            Refused("alpha", bad, () => ExponentialSmoothing.Simple(bad));
            Refused("alpha", bad, () => ExponentialSmoothing.Holt(bad, 0));
            Refused("beta", bad, () => ExponentialSmoothing.Holt(0, bad));
            Refused("alpha", bad, () => ExponentialSmoothing.HoltWinters(bad, 0, 0, 2));
            Refused("beta", bad, () => ExponentialSmoothing.HoltWinters(0, bad, 0, 2));
            Refused("gamma", bad, () => ExponentialSmoothing.HoltWinters(0, 0, bad, 2));
        }

        BadInput.Refused<ArgumentOutOfRangeException>(
            "seasonLength", "from 2 to", "got 1", () => ExponentialSmoothing.HoltWinters(0, 0, 0, 1));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "seasonLength", "to 1073741823", "got 1073741824", () => ExponentialSmoothing.FitHoltWinters([1, 2, 3], 1 << 30));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "seasonality", "defined", "got 5", () => ExponentialSmoothing.HoltWinters(0, 0, 0, 2, (Seasonality)5));
        BadInput.Refused<ArgumentException>("series", "at least 2", "got 1", () => ExponentialSmoothing.FitSimple([1]));
        BadInput.Refused<ArgumentException>("series", "at least 3", "got 2", () => ExponentialSmoothing.FitHolt([1, 2]));
        BadInput.Refused<ArgumentException>("series", "at least 5", "got 4", () => ExponentialSmoothing.FitHoltWinters([1, 2, 3, 4], 2));
        BadInput.Refused<ArgumentException>(
            "series", "finite", "series[2] is NaN", () => ExponentialSmoothing.FitSimple([1, 2, float.NaN]));
        BadInput.Refused<ArgumentException>(
            "series", "above 0", "series[1] is 0",
            () => ExponentialSmoothing.FitHoltWinters([1, 0, 1, 2, 1], 2, Seasonality.Multiplicative));
        BadInput.Refused<ArgumentException>(
            "history", "above 0", "history[3] is -1",
            () => ExponentialSmoothing.HoltWinters(0, 0, 0, 2, Seasonality.Multiplicative).Forecast([1, 2, 3, -1], 1));

        static void Refused(string parameter, double value, Action action)
            => BadInput.Refused<ArgumentOutOfRangeException>(parameter, "from 0 to 1", $"got {value}", action);
    }

    private static void Near(double[] expected, float[] actual) => Compare.Near(expected, actual, Rounding, Rounding, "forecast");
}
