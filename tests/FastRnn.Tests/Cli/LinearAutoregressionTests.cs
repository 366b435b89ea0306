using FastRnn.Cli.Demo;

namespace FastRnn.Tests.Cli;

public sealed class LinearAutoregressionTests
{
    [Fact]
    public void LinearAutoregression_Fit_processWithoutNoise_recoversCoefficients()
    {
        // A sum of two oscillations that don't decay, about 5: it satisfies a recurrence of order 4 exactly.
        double[] expected = Recurrence(0.4, 1.1);
        var series = new double[200];
        for (int t = 0; t < series.Length; t++)
        {
            series[t] = 5 + Math.Sin(0.4 * t) + 0.7 * Math.Cos(1.1 * t);
        }

        var fitted = LinearAutoregression.Fit(series, order: 4);

        Assert.Equal(4, fitted.Order);
        Assert.Equal(5 * (1 - expected.Sum()), fitted.Intercept, tolerance: 1e-7);
        for (int k = 0; k < expected.Length; k++)
        {
            Assert.Equal(expected[k], fitted.Lags[k], tolerance: 1e-7);
        }
    }

    [Fact]
    public void LinearAutoregression_Fit_noisyProcess_recoversCoefficients()
    {
        var random = new Random(3);
        var series = new double[100_000];
        for (int t = 2; t < series.Length; t++)
        {
            double noise = random.NextDouble() + random.NextDouble() - 1;
            series[t] = 2 + 1.2 * series[t - 1] - 0.5 * series[t - 2] + noise;
        }

        var fitted = LinearAutoregression.Fit(series, order: 3);

        // The standard error of a coefficient is about 1/√n = 0.003.
        Assert.Equal(2, fitted.Intercept, tolerance: 0.06);
        Assert.Equal(1.2, fitted.Lags[0], tolerance: 0.015);
        Assert.Equal(-0.5, fitted.Lags[1], tolerance: 0.015);
        Assert.Equal(0, fitted.Lags[2], tolerance: 0.015);
    }

    [Fact]
    public void LinearAutoregression_Forecast_recurrence_givesNextValueAtEveryMonth()
    {
        double[] series = [1, 2, 3, 5, 4, 3, 2, 4, 6, 1];
        var fitted = LinearAutoregression.Fit(series, order: 1);

        double[] forecasts = fitted.Forecast(series, start: 7);

        Assert.Equal(3, forecasts.Length);
        Assert.Equal(fitted.Intercept + fitted.Lags[0] * series[6], forecasts[0], tolerance: 1e-12);
        Assert.Equal(fitted.Intercept + fitted.Lags[0] * series[8], forecasts[2], tolerance: 1e-12);
    }

    [Fact]
    public void LinearAutoregression_Fit_seriesTooShort_throws()
        => Assert.Throws<ArgumentException>("training", () => LinearAutoregression.Fit(new double[48], order: 24));

    [Fact]
    public void LinearAutoregression_Fit_constantSeries_throws()
        => Assert.Throws<ArgumentException>(() => LinearAutoregression.Fit(new double[100], order: 2));

    /// <summary>φ₁ to φ₄ of x that oscillates at two frequencies: (1 − 2cos(a)z + z²)(1 − 2cos(b)z + z²) = 1 − Σ φₖ·zᵏ.</summary>
    private static double[] Recurrence(double a, double b)
    {
        double p = 2 * Math.Cos(a);
        double q = 2 * Math.Cos(b);
        return [p + q, -(2 + p * q), p + q, -1];
    }
}
