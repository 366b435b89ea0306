using FastRnn.Training;

namespace FastRnn.Consumer.Tests.Examples;

/// <summary>Forecasts: quantiles of the next value, whose intervals are calibrated.</summary>
internal static class ForecastExample
{
    internal static IntervalMetrics Learn(float[] series, double coverage)
    {
        // Guide begin
        var spec = new RnnSpec(
            inputSize: 1, Layer.Affine(isTrained: false), Cell.Gru(hiddenSize: 12), Layer.Dense(outputSize: 3), Layer.Affine(isTrained: false));
        LossFunction loss = Loss.Quantile(0.1f, 0.5f, 0.9f);
        int trained = series.Length / 2, validated = series.Length * 6 / 10, calibrated = series.Length * 8 / 10;
        SequenceSet training = Part(0, trained), validation = Part(trained, validated);

        // Scales of the training part within the network: it takes and gives raw values.
        RnnModel start = FeatureScaling.OfInputs(training).ApplyTo(RnnModel.Create(spec, seed: 1), layer: 0);
        start = FeatureScaling.OfTargets(training).Invert().Repeat(3).ApplyTo(start, layer: 3);
        using var trainer = new RnnTrainer(start, new Adam(learningRate: 0.01f), loss) { MaxGradientNorm = 1 };
        RnnModel model = trainer.Fit(training, validation, new() { Epochs = 60, BatchSize = 4, Window = 24, Patience = 10 }).Best;

        // What each step says of the next one: lower end, median, upper end.
        float[] quantiles = new float[3 * series.Length];
        model.Run(series, quantiles, new() { Steps = series.Length, Sequences = 1 });
        float Quantile(int step, int level) => quantiles[3 * (step - 1) + level];
        int[] steps = [.. Enumerable.Range(validated, calibrated - validated)];
        ConformalInterval interval = ConformalInterval.FromQuantiles(
            [.. steps.Select(step => Quantile(step, 0))], [.. steps.Select(step => Quantile(step, 2))],
            series.AsSpan(validated..calibrated), coverage);
        var metrics = new IntervalMetrics(coverage);
        for (int step = calibrated; step < series.Length; step++)
        {
            (float lower, float upper) = interval.Widen(Quantile(step, 0), Quantile(step, 2));
            metrics.Add(lower, upper, series[step]);
        }

        return metrics;

        SequenceSet Part(int from, int to)
        {
            var set = new SequenceSet(SequenceLayout.Of(spec, loss));
            set.Add(series[from..(to - 1)], series[(from + 1)..to]);
            return set;
        }

        // Guide end
    }
}
