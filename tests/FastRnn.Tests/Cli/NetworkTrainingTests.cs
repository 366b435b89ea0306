using FastRnn.Cli.Demo;

namespace FastRnn.Tests.Cli;

public sealed class NetworkTrainingTests
{
    private const double ErrorTolerance = 0.05;
    private const double RequiredRatioToPersistence = 0.93;

    private static readonly SunspotSeries Series = SunspotSeries.Load();

    [Fact]
    public void NetworkTraining_Run_defaults_forecastsHeldOutPartBetterThanPersistence()
    {
        NetworkForecaster network = NetworkTraining.Run(Series.Training, new DemoSettings());

        var found = ForecastComparison.Of(Series, network);

        Assert.Equal(20.1, found.Persistence, ErrorTolerance);
        Assert.Equal(18.2, found.Autoregression, ErrorTolerance);
        Assert.InRange(found.NetworkToPersistence, 0.8, RequiredRatioToPersistence);
    }

    [Fact]
    public void NetworkTraining_Run_validationPart_forecastsItBetterThanAutoregression()
    {
        SunspotSeries validation = Series.Validation;
        NetworkForecaster network = NetworkTraining.Run(validation.Training, new DemoSettings());

        var found = ForecastComparison.Of(validation, network);

        Assert.InRange(found.NetworkToAutoregression, 0.8, 1);
    }

    [Fact]
    public void NetworkTraining_Run_sameSeed_givesSameForecasts()
    {
        var settings = new DemoSettings(Seed: 11, HiddenSize: 8, Epochs: 3);

        double[] first = Forecast(settings);

        Assert.Equal(first, Forecast(settings));
        Assert.NotEqual(first, Forecast(settings with { Seed = 12 }));
    }

    [Fact]
    public void NetworkTraining_Run_heldOutPartChanged_changesNoForecastBeforeTheChange()
    {
        // Neither training nor a forecast may see the month that is forecast, or a later one.
        double[] changed = Series.Values.ToArray();
        int change = Series.HeldOutStart + 100;
        changed.AsSpan(change).Fill(1000);
        var other = new SunspotSeries(Series.Month(0), changed);
        var settings = new DemoSettings(HiddenSize: 8, Epochs: 3);
        NetworkForecaster network = NetworkTraining.Run(other.Training, settings);

        double[] forecasts = network.Forecast(other.Values, other.HeldOutStart);

        double[] expected = Forecast(settings);
        Assert.Equal(expected[..101], forecasts[..101]);
        Assert.NotEqual(expected[101], forecasts[101]);
    }

    [Fact]
    public void NetworkTraining_Run_epochs_reportsFallingLoss()
    {
        var losses = new List<float>();

        NetworkTraining.Run(Series.Training, new DemoSettings(HiddenSize: 8, Epochs: 10), losses.Add);

        Assert.Equal(10, losses.Count);
        Assert.True(losses[^1] < losses[0] / 2, $"Expected the loss to fall by half, but it went from {losses[0]} to {losses[^1]}.");
    }

    [Fact]
    public void NetworkTraining_Run_seriesTooShort_throws()
        => Assert.Throws<ArgumentException>("training", () => NetworkTraining.Run(new double[100], new DemoSettings()));

    [Fact]
    public void ForecastError_RootMeanSquare_knownErrors_givesRootOfMean()
    {
        Assert.Equal(Math.Sqrt(5), ForecastError.RootMeanSquare([1, 2], [0, 5]), tolerance: 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(() => ForecastError.RootMeanSquare([1], [1, 2]));
    }

    private static double[] Forecast(DemoSettings settings)
        => NetworkTraining.Run(Series.Training, settings).Forecast(Series.Values, Series.HeldOutStart);
}
