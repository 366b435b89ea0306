using FastRnn.Baselines.Numerics;

namespace FastRnn.Baselines.Series;

/// <summary>
/// Forecasts the next values of a series of one value a step. Immutable, so any number of threads may use it. What a forecaster has learned
/// (coefficients, smoothing parameters) is fixed; what it forecasts follows from the history that it is given each time.
/// </summary>
public abstract class SeriesForecaster
{
    private protected SeriesForecaster(int minimumHistory) => MinimumHistory = minimumHistory;

    /// <summary>How many values a history needs to have.</summary>
    public int MinimumHistory { get; }

    /// <summary>Forecasts the values that follow a history, all at once.</summary>
    /// <param name="history">The series so far, the latest value last; finite.</param>
    /// <param name="horizon">How many values to forecast, at least 1.</param>
    /// <returns>The forecasts [horizon]; one beyond the range of float is infinite.</returns>
    /// <exception cref="ArgumentException">The history is shorter than <see cref="MinimumHistory"/>, or has a value that is NaN,
    /// infinite, or not possible for the forecaster.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="horizon"/> is below 1.</exception>
    public float[] Forecast(ReadOnlySpan<float> history, int horizon)
    {
        Guard.Count(history.Length, MinimumHistory, nameof(history), "values");
        Guard.Finite(history, nameof(history));
        CheckValues(history, nameof(history));
        Guard.AtLeast(horizon, 1, nameof(horizon));
        var forecasts = new double[horizon];
        Compute(Precision.ToDouble(history), forecasts);
        return Precision.ToFloat(forecasts);
    }

    /// <summary>Forecasts each value of the end of a series from all values before it, as if time went on and each forecast were made a
    /// step ahead: what a one-step error is computed of.</summary>
    /// <param name="series">The series; finite.</param>
    /// <param name="start">The index of the first value to forecast, at least <see cref="MinimumHistory"/>.</param>
    /// <returns>Forecasts of series[start], series[start + 1] and so on.</returns>
    /// <exception cref="ArgumentException">The series has a value that is NaN, infinite, or not possible for the forecaster.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="start"/> is below <see cref="MinimumHistory"/>, or beyond the series.
    /// </exception>
    public float[] ForecastOneStep(ReadOnlySpan<float> series, int start)
    {
        Guard.Finite(series, nameof(series));
        CheckValues(series, nameof(series));
        Guard.Between(start, MinimumHistory, series.Length, nameof(start));
        double[] values = Precision.ToDouble(series);
        var forecasts = new double[series.Length - start];
        for (int i = 0; i < forecasts.Length; i++)
        {
            Compute(values.AsSpan(0, start + i), forecasts.AsSpan(i, 1));
        }

        return Precision.ToFloat(forecasts);
    }

    /// <summary>Forecasts from a history that has been checked.</summary>
    private protected abstract void Compute(ReadOnlySpan<double> history, Span<double> forecasts);

    /// <summary>Refuses values that are finite and yet not possible.</summary>
    private protected virtual void CheckValues(ReadOnlySpan<float> values, string parameter)
    {
    }
}
