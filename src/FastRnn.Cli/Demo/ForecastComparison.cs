namespace FastRnn.Cli.Demo;

/// <summary>RMSE of forecasts of the held-out months, one month ahead, in sunspot numbers.</summary>
/// <param name="Persistence">of the month before</param>
/// <param name="Autoregression">of the linear autoregression of order <see cref="NetworkTraining.Window"/></param>
/// <param name="Network">of the network</param>
internal sealed record ForecastComparison(double Persistence, double Autoregression, double Network)
{
    internal double NetworkToPersistence => Network / Persistence;

    internal double NetworkToAutoregression => Network / Autoregression;

    internal static ForecastComparison Of(SunspotSeries series, NetworkForecaster network)
    {
        int start = series.HeldOutStart;
        var autoregression = LinearAutoregression.Fit(series.Training, NetworkTraining.Window);
        return new ForecastComparison(
            Persistence: ForecastError.RootMeanSquare(series.Values[(start - 1)..^1], series.HeldOut),
            Autoregression: ForecastError.RootMeanSquare(autoregression.Forecast(series.Values, start), series.HeldOut),
            Network: ForecastError.RootMeanSquare(network.Forecast(series.Values, start), series.HeldOut));
    }
}
