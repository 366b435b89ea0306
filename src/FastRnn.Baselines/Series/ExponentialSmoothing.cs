using FastRnn.Baselines.Numerics;

namespace FastRnn.Baselines.Series;

/// <summary>
/// Exponential smoothing: simple (a level l), Holt's (a level and a trend b) and Holt–Winters' (a season s of m steps too).
/// With an additive season, ŷ⟨t+h⟩ = l⟨t⟩ + h·b⟨t⟩ + s of the same place in the season, where
/// l⟨t⟩ = α·(y⟨t⟩ − s⟨t−m⟩) + (1 − α)·(l⟨t−1⟩ + b⟨t−1⟩), b⟨t⟩ = β·(l⟨t⟩ − l⟨t−1⟩) + (1 − β)·b⟨t−1⟩ and
/// s⟨t⟩ = γ·(y⟨t⟩ − l⟨t−1⟩ − b⟨t−1⟩) + (1 − γ)·s⟨t−m⟩. A multiplicative season multiplies and divides where an additive one is added and
/// subtracted. Without a season s is 0, without a trend b is 0. Sources: C. C. Holt, Forecasting seasonals and trends by exponentially
/// weighted moving averages, 1957 (International Journal of Forecasting 20, 2004); P. R. Winters, Forecasting sales by exponentially
/// weighted moving averages, Management Science 6, 1960; the equations as in R. J. Hyndman and G. Athanasopoulos, Forecasting: principles
/// and practice, 3rd edition, 2021, chapter 8.
/// </summary>
/// <remarks>
/// The initial state is made of the first values: simple, l = y⟨1⟩; Holt's, l = y⟨2⟩ and b = y⟨2⟩ − y⟨1⟩; Holt–Winters', b = (mean of the
/// second season − mean of the first) / m, at most mean of the first / m where the season is multiplicative, and s as the differences from,
/// or quotients by, a line through the mean of the first season with this trend, whose last value is l. Fits count the errors of all values
/// after the first <see cref="SeriesForecaster.MinimumHistory"/>.
/// </remarks>
public sealed class ExponentialSmoothing : SeriesForecaster
{
    /// <summary>Two seasons and one value more have to fit into a span.</summary>
    private const int LongestSeason = (int.MaxValue - 1) / 2;

    private readonly SmoothingForm _form;

    private ExponentialSmoothing(SmoothingForm form)
        : base(form.MinimumHistory)
        => _form = form;

    /// <summary>α, the weight of a new value in the level.</summary>
    public double Alpha => _form.Alpha;

    /// <summary>β, the weight of a new difference of levels in the trend; null without a trend.</summary>
    public double? Beta => _form.HasTrend ? _form.Beta : null;

    /// <summary>γ, the weight of a new value in the season; null without a season.</summary>
    public double? Gamma => _form.HasSeason ? _form.Gamma : null;

    /// <summary>m, the number of steps in a season; 1 without a season.</summary>
    public int SeasonLength => _form.SeasonLength;

    /// <summary>Simple exponential smoothing.</summary>
    /// <param name="alpha">α, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> is out of range.</exception>
    public static ExponentialSmoothing Simple(double alpha)
    {
        Guard.Between(alpha, 0, 1, nameof(alpha));
        return new(SimpleForm().With([alpha]));
    }

    /// <summary>Holt's linear trend.</summary>
    /// <param name="alpha">α, from 0 to 1.</param>
    /// <param name="beta">β, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static ExponentialSmoothing Holt(double alpha, double beta)
    {
        Guard.Between(alpha, 0, 1, nameof(alpha));
        Guard.Between(beta, 0, 1, nameof(beta));
        return new(HoltForm().With([alpha, beta]));
    }

    /// <summary>Holt–Winters' trend and season.</summary>
    /// <param name="alpha">α, from 0 to 1.</param>
    /// <param name="beta">β, from 0 to 1.</param>
    /// <param name="gamma">γ, from 0 to 1.</param>
    /// <param name="seasonLength">m, from 2 to 1,073,741,823.</param>
    /// <param name="seasonality">Whether the season is added or multiplied.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static ExponentialSmoothing HoltWinters(
        double alpha, double beta, double gamma, int seasonLength, Seasonality seasonality = Seasonality.Additive)
    {
        Guard.Between(alpha, 0, 1, nameof(alpha));
        Guard.Between(beta, 0, 1, nameof(beta));
        Guard.Between(gamma, 0, 1, nameof(gamma));
        return new(HoltWintersForm(seasonLength, seasonality).With([alpha, beta, gamma]));
    }

    /// <summary>Simple exponential smoothing with the α that minimizes the mean squared one-step error of a series.</summary>
    /// <param name="series">At least 2 values, finite.</param>
    /// <exception cref="ArgumentException">The series is too short, or has a value that is NaN or infinite.</exception>
    public static ExponentialSmoothing FitSimple(ReadOnlySpan<float> series) => Fit(SimpleForm(), series);

    /// <summary>Holt's linear trend with the α and β that minimize the mean squared one-step error of a series.</summary>
    /// <param name="series">At least 3 values, finite.</param>
    /// <exception cref="ArgumentException">The series is too short, or has a value that is NaN or infinite.</exception>
    public static ExponentialSmoothing FitHolt(ReadOnlySpan<float> series) => Fit(HoltForm(), series);

    /// <summary>Holt–Winters' trend and season with the α, β and γ that minimize the mean squared one-step error of a series.</summary>
    /// <param name="series">At least 2·m + 1 values, finite; above 0 where the season is multiplicative.</param>
    /// <param name="seasonLength">m, from 2 to 1,073,741,823.</param>
    /// <param name="seasonality">Whether the season is added or multiplied.</param>
    /// <exception cref="ArgumentException">The series is too short, or has a value that is NaN, infinite or not possible.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="seasonLength"/> is out of range, or <paramref name="seasonality"/>
    /// is not defined.</exception>
    public static ExponentialSmoothing FitHoltWinters(
        ReadOnlySpan<float> series, int seasonLength, Seasonality seasonality = Seasonality.Additive)
        => Fit(HoltWintersForm(seasonLength, seasonality), series);

    private protected override void Compute(ReadOnlySpan<double> history, Span<double> forecasts)
    {
        var state = new SmoothedState(_form, history);
        while (state.Next < history.Length)
        {
            state.Update(history[state.Next]);
        }

        for (int h = 0; h < forecasts.Length; h++)
        {
            forecasts[h] = state.Forecast(h + 1);
        }
    }

    private protected override void CheckValues(ReadOnlySpan<float> values, string parameter) => CheckPossible(_form, values, parameter);

    private static ExponentialSmoothing Fit(SmoothingForm form, ReadOnlySpan<float> series)
    {
        Guard.Count(series.Length, form.MinimumHistory + 1, nameof(series), "values");
        Guard.Finite(series, nameof(series));
        CheckPossible(form, series, nameof(series));
        double[] values = Precision.ToDouble(series);
        return new(form.With(BoxMinimum.Find(parameters => MeanSquaredError(form.With(parameters), values), form.ParameterCount)));
    }

    /// <summary>Of the one-step errors of all values after the first <see cref="SmoothingForm.MinimumHistory"/>.</summary>
    private static double MeanSquaredError(SmoothingForm form, ReadOnlySpan<double> series)
    {
        var state = new SmoothedState(form, series);
        double sum = 0;
        while (state.Next < series.Length)
        {
            double error = state.Next < form.MinimumHistory ? 0 : series[state.Next] - state.Forecast(1);
            sum += error * error;
            state.Update(series[state.Next]);
        }

        return sum / (series.Length - form.MinimumHistory);
    }

    private static void CheckPossible(SmoothingForm form, ReadOnlySpan<float> values, string parameter)
    {
        if (form.HasSeason && form.Seasonality == Seasonality.Multiplicative)
        {
            for (int i = 0; i < values.Length; i++)
            {
                if (values[i] <= 0)
                {
                    throw new ArgumentException(
                        $"Expected values above 0, as the season is multiplicative, but {parameter}[{i}] is {values[i]}.", parameter);
                }
            }
        }
    }

    private static SmoothingForm SimpleForm() => new(false, false, 1, default, 0, 0, 0);

    private static SmoothingForm HoltForm() => new(true, false, 1, default, 0, 0, 0);

    private static SmoothingForm HoltWintersForm(int seasonLength, Seasonality seasonality)
    {
        Guard.Between(seasonLength, 2, LongestSeason, nameof(seasonLength));
        if (!Enum.IsDefined(seasonality))
        {
            throw new ArgumentOutOfRangeException(
                nameof(seasonality), seasonality, $"Expected a defined value, but got {seasonality}.");
        }

        return new(true, true, seasonLength, seasonality, 0, 0, 0);
    }
}
