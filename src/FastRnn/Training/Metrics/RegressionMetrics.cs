using System.Globalization;

namespace FastRnn.Training;

/// <summary>How far predictions are from what came: with e = ŷ − y the mean squared error Σe²/n, its root, the mean absolute error Σ|e|/n,
/// the bias Σe/n, and R² = 1 − Σe²/Σ(y − ȳ)². All are NaN before anything was added. A NaN or ∞ makes them not finite.</summary>
public sealed class RegressionMetrics : Metric
{
    private double _squares, _magnitudes, _errors, _mean, _deviations;

    /// <summary>n, how many values there were.</summary>
    public long Count { get; private set; }

    /// <summary>Σe²/n, in the square of the values' unit.</summary>
    public double MeanSquaredError => _squares / Count;

    /// <summary>√(Σe²/n), RMSE, in the values' unit.</summary>
    public double RootMeanSquaredError => Math.Sqrt(MeanSquaredError);

    /// <summary>Σ|e|/n, MAE, in the values' unit.</summary>
    public double MeanAbsoluteError => _magnitudes / Count;

    /// <summary>Σe/n, above 0 where predictions are too high.</summary>
    public double MeanError => _errors / Count;

    /// <summary>R², the share of the variance that is explained: 1 at best, 0 for always predicting the mean; NaN or −∞ where all values
    /// are equal.</summary>
    public double RSquared => 1 - _squares / _deviations;

    /// <summary>Adds predictions of values.</summary>
    /// <param name="predictions">ŷ.</param>
    /// <param name="values">y, as many.</param>
    /// <exception cref="ArgumentException">The numbers differ; nothing has been added.</exception>
    public void Add(ReadOnlySpan<float> predictions, ReadOnlySpan<float> values)
    {
        Guard.Length(values.Length, predictions.Length, nameof(values), "as many as predictions");
        for (int i = 0; i < values.Length; i++)
        {
            double error = (double)predictions[i] - values[i], before = values[i] - _mean;
            Count++;
            _squares += error * error;
            _magnitudes += Math.Abs(error);
            _errors += error;

            // Welford's update: the variance without the cancellation of Σy² − n·ȳ².
            _mean += before / Count;
            _deviations += before * (values[i] - _mean);
        }
    }

    /// <inheritdoc/>
    public override void Reset() => (Count, _squares, _magnitudes, _errors, _mean, _deviations) = (0, 0, 0, 0, 0, 0);

    /// <summary>The number of values and their errors.</summary>
    public override string ToString()
        => string.Create(
            CultureInfo.InvariantCulture,
            $"RMSE {RootMeanSquaredError:G5}, MAE {MeanAbsoluteError:G5}, bias {MeanError:G3}, R² {RSquared:0.000}, {Count} values");

    private protected override void AddBatch(ReadOnlySpan<float> outputs, int width, SequenceBatch batch)
    {
        RequireWidth(width, batch.Layout.TargetSize);
        for (int row = 0; row < batch.TargetRows; row++)
        {
            if (batch.Counts(row))
            {
                Add(outputs.Slice(row * width, width), batch.TargetValues.Slice(row * width, width));
            }
        }
    }
}
