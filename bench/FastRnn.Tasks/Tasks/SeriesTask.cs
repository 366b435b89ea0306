using System.CommandLine;
using System.Globalization;
using FastRnn.Baselines.Series;
using FastRnn.Training;

namespace FastRnn.Tasks;

/// <summary>One-step forecasts of three series with intervals, by quantiles of a GRU, beside what is simple.</summary>
internal static class SeriesTask
{
    private const double Coverage = 0.8;
    private const int Hidden = 16, Seeds = 3;

    internal static Command Create() => TaskOptions.CommandOnData(
        "series", "Forecasts of three series, beside persistence, seasonal naive, smoothing and autoregression.",
        "The folder of the three CSV files.", Run);

    private static void Run(TaskOptions options)
    {
        var page = new TaskPage("series", "Forecasts of series");
        page.Paragraph(
            $"One step ahead, over the last fifth of each series. The first 60 % train, the next 10 % decide when training ends, the next 10 % calibrate intervals of {Coverage:P0}. The network: a GRU of {Hidden} units over standardized values, three quantiles (0.1, 0.5, 0.9), values restored within the network; the forecast is the median; the mean of {Seeds} seeds. What is simple is fitted on the first 70 %, its intervals are calibrated by its residuals on the same 10 %. The network's are calibrated quantiles (conformalized quantile regression). The interval score is the width and, for values outside, 10 times the distance: the lower the better.");
        foreach (SeriesCase series in SeriesCase.All)
        {
            float[] values = Series.Read(Path.Combine(options.Data!, series.File));
            int trained = values.Length * 6 / 10, validated = values.Length * 7 / 10, calibrated = values.Length * 8 / 10;
            var parts = (Trained: trained, Validated: validated, Calibrated: calibrated);
            var rows = new List<string[]>();
            foreach ((string name, SeriesForecaster forecaster) in Simple(values[..validated], series.Season))
            {
                float[] forecasts = [.. new float[validated], .. forecaster.ForecastOneStep(values, validated)];
                ConformalInterval interval = ConformalInterval.FromResiduals(
                    forecasts.AsSpan(validated, calibrated - validated), values.AsSpan(validated, calibrated - validated), Coverage);
                rows.Add(Row(name, values, calibrated, step => forecasts[step], step => interval.Around(forecasts[step])));
            }

            var networks = new List<string[]>();
            for (int seed = 1; seed <= (options.IsQuick ? 1 : Seeds); seed++)
            {
                networks.Add(Network(series, values, parts, seed));
            }

            rows.Add(["GRU, quantiles", .. Enumerable.Range(1, 5).Select(column => Text(
                networks.Average(row => double.Parse(row[column], CultureInfo.InvariantCulture)), column))]);
            page.Paragraph($"**{series.Name}**, {values.Length} values; the network sees {series.Description}:");
            page.Table(["", "RMSE", "MAE", "coverage", "mean width", "score"], 1, rows);
        }

        page.Save(options);
    }

    private static (string Name, SeriesForecaster Forecaster)[] Simple(float[] fitted, int season)
    {
        var forecasters = new List<(string, SeriesForecaster)>
        {
            ("persistence", SeasonalNaive.Persistence),
            ("seasonal naive", new SeasonalNaive(season)),
            ("exponential smoothing", season == 12
                ? ExponentialSmoothing.FitHoltWinters(fitted, season, Seasonality.Multiplicative)
                : ExponentialSmoothing.FitSimple(fitted)),
            ("autoregression", Autoregression.Fit(fitted, season == 12 ? 13 : 24)),
        };
        return [.. forecasters];
    }

    private static string[] Network(SeriesCase series, float[] values, (int Trained, int Validated, int Calibrated) parts, int seed)
    {
        float[] inputs = series.Inputs(values);
        var spec = new RnnSpec(
            1, Layer.Affine(isTrained: false), Cell.Gru(Hidden), Layer.Dense(3), Layer.Affine(isTrained: false));
        LossFunction loss = Loss.Quantile(0.1f, 0.5f, 0.9f);
        SequenceSet training = Part(series.Difference, parts.Trained), validation = Part(parts.Trained, parts.Validated);
        RnnModel start = FeatureScaling.OfInputs(training).ApplyTo(RnnModel.Create(spec, seed), layer: 0);
        start = FeatureScaling.OfTargets(training).Invert().Repeat(3).ApplyTo(start, layer: 3);
        using var trainer = new RnnTrainer(start, new AdamW(3e-3f) { WeightDecay = 0.01f }, loss) { MaxGradientNorm = 1 };
        var fit = new FitOptions
        {
            Epochs = 300,
            Window = Math.Min(24, parts.Validated - parts.Trained - 1),
            BatchSize = Math.Max(1, parts.Trained / 240),
            Patience = 30,
            Seed = seed,
        };
        RnnModel model = trainer.Fit(training, validation, fit).Best;
        float[] quantiles = new float[3 * inputs.Length];
        model.Run(inputs, quantiles, new() { Steps = inputs.Length, Sequences = 1 });

        // What the step before says of a step.
        float Quantile(int step, int level) => series.Forecast(values, step, quantiles[3 * (step - 1) + level]);
        int[] steps = [.. Enumerable.Range(parts.Validated, parts.Calibrated - parts.Validated)];
        ConformalInterval interval = ConformalInterval.FromQuantiles(
            (float[])[.. steps.Select(step => series.Transform(Quantile(step, 0)))],
            (float[])[.. steps.Select(step => series.Transform(Quantile(step, 2)))],
            (float[])[.. steps.Select(step => series.Transform(values[step]))], Coverage);
        return Row("GRU", values, parts.Calibrated, step => Quantile(step, 1), step =>
        {
            (float lower, float upper) = interval.Widen(series.Transform(Quantile(step, 0)), series.Transform(Quantile(step, 2)));
            return (series.Restore(lower), series.Restore(upper));
        });

        SequenceSet Part(int from, int to)
        {
            var set = new SequenceSet(SequenceLayout.Of(spec, loss));
            set.Add(inputs[from..(to - 1)], inputs[(from + 1)..to]);
            return set;
        }
    }

    private static string[] Row(
        string name, float[] values, int start, Func<int, float> forecast, Func<int, (float Lower, float Upper)> interval)
    {
        var errors = new RegressionMetrics();
        var intervals = new IntervalMetrics(Coverage);
        for (int step = start; step < values.Length; step++)
        {
            errors.Add([forecast(step)], [values[step]]);
            (float lower, float upper) = interval(step);
            intervals.Add(lower, upper, values[step]);
        }

        double[] figures =
        [
            errors.RootMeanSquaredError, errors.MeanAbsoluteError, intervals.Coverage, intervals.MeanWidth, intervals.MeanScore,
        ];
        return [name, .. figures.Select((figure, i) => Text(figure, i + 1))];
    }

    private static string Text(double value, int column)
        => value.ToString(column == 3 ? "0.000" : "0.00", CultureInfo.InvariantCulture);
}
