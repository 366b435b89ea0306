using System.Globalization;

namespace FastRnn.Training;

/// <summary>How far predictions are from what came: with e = ŷ − y the mean squared error Σe²/n, its root, the mean absolute error Σ|e|/n,
/// the bias Σe/n, and R² = 1 − Σe²/Σ(y − ȳ)². Values with weights w count w times: Σw·e²/Σw, and so the others. All are NaN before anything
/// was added. A NaN or ∞ makes them not finite.</summary>
public sealed class RegressionMetrics : Metric
{
    private double _weights, _squares, _magnitudes, _errors, _mean, _deviations;

    /// <summary>How many values there were, those of weight 0 left out.</summary>
    public long Count { get; private set; }

    /// <summary>Σe²/n, in the square of the values' unit.</summary>
    public double MeanSquaredError => _squares / _weights;

    /// <summary>√(Σe²/n), RMSE, in the values' unit.</summary>
    public double RootMeanSquaredError => Math.Sqrt(MeanSquaredError);

    /// <summary>Σ|e|/n, MAE, in the values' unit.</summary>
    public double MeanAbsoluteError => _magnitudes / _weights;

    /// <summary>Σe/n, above 0 where predictions are too high.</summary>
    public double MeanError => _errors / _weights;

    /// <summary>R², the share of the variance that is explained: 1 at best, 0 for always predicting the mean; NaN or −∞ where all values
    /// are equal.</summary>
    public double RSquared => 1 - _squares / _deviations;

    /// <summary>Adds predictions of values.</summary>
    /// <param name="predictions">ŷ.</param>
    /// <param name="values">y, as many.</param>
    /// <param name="weights">w, as many; empty where all are 1. What has the weight 0 may be NaN.</param>
    /// <exception cref="ArgumentException">The numbers differ; nothing has been added.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A weight is below 0 or not finite; nothing has been added.</exception>
    public void Add(ReadOnlySpan<float> predictions, ReadOnlySpan<float> values, ReadOnlySpan<float> weights = default)
    {
        Guard.Length(values.Length, predictions.Length, nameof(values), "as many as predictions");
        if (!weights.IsEmpty)
        {
            Guard.Length(weights.Length, predictions.Length, nameof(weights), "as many as predictions");
            TrainingGuard.Weights(weights);
        }

        for (int i = 0; i < values.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            if (weight != 0)
            {
                Add(predictions[i], values[i], weight);
            }
        }
    }

    /// <inheritdoc/>
    public override void Reset() => (Count, _weights, _squares, _magnitudes, _errors, _mean, _deviations) = (0, 0, 0, 0, 0, 0, 0);

    /// <summary>The number of values and their errors.</summary>
    public override string ToString()
        => string.Create(
            CultureInfo.InvariantCulture,
            $"RMSE {RootMeanSquaredError:G5}, MAE {MeanAbsoluteError:G5}, bias {MeanError:G3}, R² {RSquared:0.000}, {Count} values");

    private protected override void AddBatch(in MetricBatch batch)
    {
        batch.RequireValues();
        batch.RequireWidth(batch.TargetSize);
        for (int row = 0; row < batch.Rows; row++)
        {
            if (batch.Counts(row))
            {
                Add(batch.OutputsOf(row), batch.TargetsOf(row));
            }
        }
    }

    private void Add(double prediction, double value, double weight)
    {
        double error = prediction - value, before = value - _mean;
        Count++;
        _weights += weight;
        _squares += weight * error * error;
        _magnitudes += weight * Math.Abs(error);
        _errors += weight * error;

        // Welford's update: the variance without the cancellation of Σy² − n·ȳ². Source of the one with weights: D. H. D. West, Updating
        // mean and variance estimates: an improved method, CACM 22 (1979).
        _mean += weight / _weights * before;
        _deviations += weight * before * (value - _mean);
    }
}
