namespace FastRnn.Training;

/// <summary>
/// Intervals that hold a share of values that is meant, whatever the model is: of calibration data that were not trained on, scores tell by
/// how much each value lies outside; their ⌈(n + 1)·coverage⌉-th lowest is added to every later interval. Where later data are like those
/// of the calibration (exchangeable with them), the coverage is at least the one that is meant, on average over calibrations. Scores and
/// ends are rounded outward, so that this holds for values at the very end of an interval too, of which there are many where values are
/// counts.
/// </summary>
/// <remarks>Sources: H. Papadopoulos, K. Proedrou, V. Vovk and A. Gammerman, Inductive confidence machines for regression, ECML 2002, of
/// residuals; Y. Romano, E. Patterson and E. J. Candès, Conformalized quantile regression, NeurIPS 2019, of quantiles.</remarks>
public sealed class ConformalInterval
{
    private readonly bool _isRelative;

    private ConformalInterval(double coverage, float offset, bool isRelative)
    {
        Coverage = coverage;
        Offset = offset;
        _isRelative = isRelative;
    }

    /// <summary>The share of values that is meant.</summary>
    public double Coverage { get; }

    /// <summary>What is added to both ends, in the values' unit, below 0 where intervals were too wide; of
    /// <see cref="FromGaussian"/> how many standard deviations both ends are away.</summary>
    public float Offset { get; }

    /// <summary>Of forecasts of one value: the score is |y − ŷ|.</summary>
    /// <param name="predictions">ŷ of the calibration data.</param>
    /// <param name="values">y, as many.</param>
    /// <param name="coverage">Above 0 and below 1.</param>
    /// <exception cref="ArgumentException">The numbers differ, a score is NaN or ∞, or there are too few for the coverage: it takes at
    /// least coverage/(1 − coverage).</exception>
    /// <exception cref="ArgumentOutOfRangeException">The coverage is out of its range.</exception>
    public static ConformalInterval FromResiduals(ReadOnlySpan<float> predictions, ReadOnlySpan<float> values, double coverage)
    {
        Guard.Length(predictions.Length, values.Length, nameof(predictions), "one for each value");
        return FromQuantiles(predictions, predictions, values, coverage);
    }

    /// <summary>Of intervals, such as those of <see cref="QuantileLoss"/>: the score is max(l − y, y − u), below 0 within. Ends may cross:
    /// then every value lies outside one of them, and the score says by how much the farther one is to be moved.</summary>
    /// <param name="lower">l of the calibration data.</param>
    /// <param name="upper">u, as many.</param>
    /// <param name="values">y, as many.</param>
    /// <param name="coverage">Above 0 and below 1; need not be that which the quantiles are for.</param>
    /// <inheritdoc cref="FromResiduals" path="/exception"/>
    public static ConformalInterval FromQuantiles(
        ReadOnlySpan<float> lower, ReadOnlySpan<float> upper, ReadOnlySpan<float> values, double coverage)
    {
        Guard.Length(lower.Length, values.Length, nameof(lower), "one for each value");
        Guard.Length(upper.Length, values.Length, nameof(upper), "one for each value");
        float[] scores = new float[values.Length];
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = RoundedUp(Math.Max((double)lower[i] - values[i], (double)values[i] - upper[i]));
        }

        return new ConformalInterval(coverage, Quantile(scores, coverage), isRelative: false);
    }

    /// <summary>Of means with variances, such as those of <see cref="GaussianLoss"/>: the score is |y − μ|/σ with σ² = eˢ.</summary>
    /// <param name="means">μ of the calibration data.</param>
    /// <param name="logVariances">s, as many.</param>
    /// <param name="values">y, as many.</param>
    /// <param name="coverage">Above 0 and below 1.</param>
    /// <inheritdoc cref="FromResiduals" path="/exception"/>
    public static ConformalInterval FromGaussian(
        ReadOnlySpan<float> means, ReadOnlySpan<float> logVariances, ReadOnlySpan<float> values, double coverage)
    {
        Guard.Length(means.Length, values.Length, nameof(means), "one for each value");
        Guard.Length(logVariances.Length, values.Length, nameof(logVariances), "one for each value");
        float[] scores = new float[values.Length];
        for (int i = 0; i < scores.Length; i++)
        {
            // An infinite variance would make a score of 0 of any error.
            double deviation = float.IsFinite(logVariances[i]) ? DeviationOf(logVariances[i]) : double.NaN;
            scores[i] = RoundedUp(Math.Abs((double)values[i] - means[i]) / deviation);
        }

        return new ConformalInterval(coverage, Quantile(scores, coverage), isRelative: true);
    }

    /// <summary>[ŷ − offset, ŷ + offset] around a forecast of <see cref="FromResiduals"/>.</summary>
    /// <param name="prediction">ŷ.</param>
    /// <exception cref="InvalidOperationException">It is one of <see cref="FromGaussian"/>.</exception>
    public (float Lower, float Upper) Around(float prediction) => Widen(prediction, prediction);

    /// <summary>[l − offset, u + offset]. Ends that cross then meet in their middle, since no value is between them. NaN stays NaN.
    /// </summary>
    /// <param name="lower">l.</param>
    /// <param name="upper">u.</param>
    /// <exception cref="InvalidOperationException">It is one of <see cref="FromGaussian"/>.</exception>
    public (float Lower, float Upper) Widen(float lower, float upper)
    {
        if (_isRelative)
        {
            throw new InvalidOperationException($"Expected an offset in the values' unit, but it is of {nameof(FromGaussian)}.");
        }

        double low = (double)lower - Offset, high = (double)upper + Offset;
        if (low > high)
        {
            float middle = (float)((low + high) / 2);
            return (middle, middle);
        }

        return (RoundedDown(low), RoundedUp(high));
    }

    /// <summary>[μ − offset·σ, μ + offset·σ] with σ² = eˢ.</summary>
    /// <param name="mean">μ.</param>
    /// <param name="logVariance">s.</param>
    /// <exception cref="InvalidOperationException">It is not one of <see cref="FromGaussian"/>.</exception>
    public (float Lower, float Upper) OfGaussian(float mean, float logVariance)
    {
        if (!_isRelative)
        {
            throw new InvalidOperationException(
                $"Expected an offset in standard deviations, but it is one of {nameof(FromResiduals)} or {nameof(FromQuantiles)}.");
        }

        double reach = Offset * DeviationOf(logVariance);
        return (RoundedDown(mean - reach), RoundedUp(mean + reach));
    }

    /// <summary>σ.</summary>
    private static double DeviationOf(float logVariance) => Math.Exp(logVariance / 2.0);

    /// <summary>The lowest float that is not below a value; NaN of NaN.</summary>
    private static float RoundedUp(double value) => (float)value is var rounded && rounded < value ? MathF.BitIncrement(rounded) : rounded;

    private static float RoundedDown(double value) => -RoundedUp(-value);

    /// <summary>The ⌈(n + 1)·coverage⌉-th lowest score.</summary>
    private static float Quantile(float[] scores, double coverage, string parameter = "values")
    {
        if (coverage is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(coverage), coverage, "Expected a value above 0 and below 1.");
        }

        // A product that rounding has put above a whole number is that number.
        const double Rounding = 1e-9;
        int rank = (int)Math.Ceiling((scores.Length + 1) * coverage - Rounding);
        if (rank > scores.Length)
        {
            int needed = (int)Math.Ceiling(coverage / (1 - coverage) - Rounding);
            throw new ArgumentException(
                FormattableString.Invariant($"Expected at least {needed} values for a coverage of {coverage}, but got {scores.Length}."),
                parameter);
        }

        int other = Array.FindIndex(scores, score => !float.IsFinite(score));
        if (other >= 0)
        {
            throw new ArgumentException($"Expected finite values, but that of place {other} is not, or its forecast.", parameter);
        }

        Array.Sort(scores);
        return scores[rank - 1];
    }
}
