namespace FastRnn.Cli.Demo;

internal static class ForecastError
{
    /// <summary>√(1/n · Σ (x̂ − x)²), in the unit of the series.</summary>
    internal static double RootMeanSquare(ReadOnlySpan<double> forecasts, ReadOnlySpan<double> actual)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(forecasts.Length, actual.Length);
        double sum = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            double error = forecasts[i] - actual[i];
            sum += error * error;
        }

        return Math.Sqrt(sum / actual.Length);
    }
}
