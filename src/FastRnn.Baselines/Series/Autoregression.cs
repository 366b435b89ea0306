using FastRnn.Baselines.Numerics;

namespace FastRnn.Baselines.Series;

/// <summary>
/// Linear autoregression of order p, AR(p): ŷ⟨t⟩ = c + φ₁·y⟨t−1⟩ + … + φₚ·y⟨t−p⟩; forecasts beyond the first step take earlier forecasts in
/// place of values. They grow without bound where the coefficients are those of an unstable series. Source: G. E. P. Box and G. M. Jenkins,
/// Time series analysis: forecasting and control, 1970; fitted by conditional least squares.
/// </summary>
public sealed class Autoregression : SeriesForecaster
{
    private readonly double[] _coefficients;

    /// <param name="intercept">c, finite.</param>
    /// <param name="coefficients">φ₁ … φₚ, that of the latest value first; at least one, finite; copied.</param>
    /// <exception cref="ArgumentException">There is no coefficient, or a value is NaN or infinite.</exception>
    public Autoregression(double intercept, ReadOnlySpan<double> coefficients)
        : base(coefficients.Length)
    {
        Guard.Finite([intercept], nameof(intercept));
        Guard.Count(coefficients.Length, 1, nameof(coefficients), "coefficient");
        Guard.Finite(coefficients, nameof(coefficients));
        Intercept = intercept;
        _coefficients = coefficients.ToArray();
    }

    /// <summary>p, the number of past values.</summary>
    public int Order => _coefficients.Length;

    /// <summary>c.</summary>
    public double Intercept { get; }

    /// <summary>φ₁ … φₚ, that of the latest value first.</summary>
    public ReadOnlySpan<double> Coefficients => _coefficients;

    /// <summary>
    /// Fits c and φ to a series by least squares: they minimize Σₜ (y⟨t⟩ − ŷ⟨t⟩)² over all t from p on. Where the past values depend
    /// linearly on each other, as in a constant series, the coefficients of later lags are 0.
    /// </summary>
    /// <param name="series">At least 2·p + 1 values, finite.</param>
    /// <param name="order">p, at least 1.</param>
    /// <exception cref="ArgumentException">The series is too short, or has a value that is NaN or infinite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="order"/> is below 1.</exception>
    public static Autoregression Fit(ReadOnlySpan<float> series, int order)
    {
        Guard.AtLeast(order, 1, nameof(order));
        Guard.Count(series.Length, 2L * order + 1, nameof(series), "values");
        Guard.Finite(series, nameof(series));
        double[] values = Precision.ToDouble(series);

        // The columns [rows]: ones, then the values one step before, two steps before and so on.
        int rows = values.Length - order;
        var ones = new double[rows];
        Array.Fill(ones, 1);
        List<double[]> columns = [ones];
        for (int lag = 1; lag <= order; lag++)
        {
            columns.Add(values[(order - lag)..^lag]);
        }

        double[] solution = LeastSquares.Solve(columns, values.AsSpan(order));
        return new Autoregression(solution[0], solution.AsSpan(1));
    }

    private protected override void Compute(ReadOnlySpan<double> history, Span<double> forecasts)
    {
        for (int h = 0; h < forecasts.Length; h++)
        {
            double value = Intercept;
            for (int lag = 1; lag <= Order; lag++)
            {
                value += _coefficients[lag - 1] * (lag <= h ? forecasts[h - lag] : history[^(lag - h)]);
            }

            forecasts[h] = value;
        }
    }
}
