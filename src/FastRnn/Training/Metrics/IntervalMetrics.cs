using System.Globalization;

namespace FastRnn.Training;

/// <summary>
/// How good intervals are: the coverage, the share of values y with l ≤ y ≤ u; the mean width u − l; and the interval score
/// (u − l) + 2/α·(l − y)⁺ + 2/α·(y − u)⁺ with α = 1 − the intended coverage, the lower the better. Of a batch's outputs the first of each
/// target is l and the last u, as with <see cref="QuantileLoss"/>. Source: T. Gneiting and A. E. Raftery, Strictly proper scoring rules,
/// prediction, and estimation, JASA 102 (2007).
/// </summary>
public sealed class IntervalMetrics : Metric
{
    private readonly double _alpha;
    private double _widths, _scores;
    private long _covered;

    /// <param name="coverage">The share of values that the intervals are meant to hold, above 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public IntervalMetrics(double coverage)
        => _alpha = coverage is > 0 and < 1
            ? 1 - coverage
            : throw new ArgumentOutOfRangeException(nameof(coverage), coverage, "Expected a value above 0 and below 1.");

    /// <summary>How many intervals there were.</summary>
    public long Count { get; private set; }

    /// <summary>The share of values within their intervals; NaN before anything was added.</summary>
    public double Coverage => (double)_covered / Count;

    /// <summary>The mean of u − l, in the values' unit.</summary>
    public double MeanWidth => _widths / Count;

    /// <summary>The mean interval score, in the values' unit.</summary>
    public double MeanScore => _scores / Count;

    /// <summary>Adds an interval. Crossed ends count as an empty interval of negative width; one with a NaN does not hold its value, and
    /// makes the mean width or score NaN.</summary>
    /// <param name="lower">l.</param>
    /// <param name="upper">u.</param>
    /// <param name="value">y.</param>
    public void Add(float lower, float upper, float value)
    {
        Count++;
        _covered += value >= lower && value <= upper ? 1 : 0;
        double width = (double)upper - lower;
        _widths += width;
        _scores += width + 2 / _alpha * (Math.Max(0, (double)lower - value) + Math.Max(0, (double)value - upper));
    }

    /// <inheritdoc/>
    public override void Reset() => (Count, _covered, _widths, _scores) = (0, 0, 0, 0);

    /// <summary>Coverage, width and score.</summary>
    public override string ToString()
        => string.Create(
            CultureInfo.InvariantCulture,
            $"coverage {Coverage:0.000} of {1 - _alpha:0.000} meant, mean width {MeanWidth:G5}, score {MeanScore:G5}, {Count} intervals");

    private protected override void AddBatch(in MetricBatch batch)
    {
        batch.RequireValues();
        int targets = batch.TargetSize, levels = batch.Width / targets;
        if (levels < 2 || levels * targets != batch.Width)
        {
            throw batch.WidthFault($"at least 2 outputs, quantiles, for each of {targets} values");
        }

        for (int row = 0; row < batch.Rows; row++)
        {
            for (int i = 0; batch.Counts(row) && i < targets; i++)
            {
                ReadOnlySpan<float> quantiles = batch.OutputsOf(row).Slice(i * levels, levels);
                Add(quantiles[0], quantiles[^1], batch.TargetsOf(row)[i]);
            }
        }
    }
}
