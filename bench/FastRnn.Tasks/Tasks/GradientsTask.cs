using System.CommandLine;
using System.Globalization;
using FastRnn.Training;

namespace FastRnn.Tasks;

/// <summary>How far back a loss reaches in four recurrent layers, before training and after some of it on the adding problem.</summary>
internal static class GradientsTask
{
    private const int Hidden = 64, Steps = 200, Sequences = 16, Updates = 1000;

    internal static Command Create() => TaskOptions.Command(
        "gradients", "The norm of gradients by lag: plain, IRNN, GRU and LSTM, before and after training.", Run);

    private static void Run(TaskOptions options)
    {
        int updates = options.IsQuick ? 100 : Updates;
        var names = new List<string>();
        var columns = new List<IReadOnlyList<LagNorm>>();
        var findings = new List<string>();
        foreach (RecurrentStart start in RecurrentStart.All(Hidden))
        {
            var spec = new RnnSpec(2, start.Layer, Layer.LastStep(), Layer.Dense(1));
            using var trainer = new RnnTrainer(start.CreateModel(spec, Steps), new Adam(start.LearningRate), Loss.SquaredError)
            {
                MaxGradientNorm = 1,
            };
            Look("before");
            trainer.Fit(
                new AddingProblem(Steps, 32, updates, seed: 1), null, new() { Epochs = 1 }, new Watch(start.Name));
            Look("after");

            void Look(string when)
            {
                var batch = new SequenceBatch(SequenceLayout.Of(spec, Loss.SquaredError));
                new AddingProblem(Steps, Sequences, 1, seed: 3).TryFill(batch);
                TrainingDiagnosis diagnosis = trainer.Diagnose(batch.Inputs, batch.Targets, batch.Shape);
                names.Add($"{start.Name}, {when}");
                columns.Add(diagnosis.Layers[0].GradientByLag);
                findings.AddRange(diagnosis.Findings.Where(finding => finding.Place.StartsWith("layers[0]", StringComparison.Ordinal))
                    .Select(finding => $"- {start.Name}, {when}: {finding.Message}"));
            }
        }

        var page = new TaskPage("gradients", "Gradients by lag");
        page.Paragraph(
            $"The norm of the gradient of the loss at the last step with respect to the state so many steps before, of recurrent layers of {Hidden} units on the adding problem of {Steps} steps, the mean over {Sequences} sequences: as weights start, and after {updates} updates. Starts: {string.Join("; ", RecurrentStart.All(Hidden).Select(start => start.Description))}.");
        page.Table(
            ["steps back", .. names], 1,
            [
                .. columns[0].Select((lag, row) => (string[])
                [
                    lag.Lag.ToString(CultureInfo.InvariantCulture),
                    .. columns.Select(column => column[row].Norm.ToString("0.0e+00", CultureInfo.InvariantCulture)),
                ]),
            ]);
        foreach (string when in (string[])["before", "after"])
        {
            var chart = new LineChart($"Gradient by lag, {when} training", "steps back", "norm, powers of ten") { HasLogarithmicValues = true };
            for (int i = 0; i < names.Count; i++)
            {
                if (names[i].EndsWith(when, StringComparison.Ordinal))
                {
                    chart.Add(names[i].Split(',')[0], columns[i].Select(lag => ((double)lag.Lag, lag.Norm)));
                }
            }

            page.Chart(chart);
        }

        page.Paragraph($"What a diagnosis says:");
        page.Paragraph($"{string.Join("\n", findings.DefaultIfEmpty("- nothing conspicuous"))}");
        page.Save(options);
    }
}
