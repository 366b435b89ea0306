using System.CommandLine;
using System.Globalization;
using FastRnn.Training;

namespace FastRnn.Tasks;

/// <summary>Copying memory by four recurrent layers.</summary>
internal static class CopyingTask
{
    private const int Hidden = 96, Sequences = 32, Every = 250;

    internal static Command Create() => TaskOptions.Command(
        "copying", "Copying memory over 50 and 100 steps: plain, IRNN, GRU and LSTM.", Run);

    private static void Run(TaskOptions options)
    {
        int[] delays = options.IsQuick ? [10] : [50, 100];
        int updates = options.IsQuick ? 1000 : 6000;
        var rows = new List<string[]>();
        var chart = new LineChart(
            string.Create(CultureInfo.InvariantCulture, $"Cross-entropy, delay {delays[^1]}"), "updates", "nats a step");
        foreach (RecurrentStart start in RecurrentStart.All(Hidden))
        {
            string[] row = [start.Name, .. delays.Select(delay =>
            {
                TrainingRun<RnnModel> run = Train(start, delay, updates);
                if (delay == delays[^1])
                {
                    chart.Add(start.Name, run.History.Select(record => ((double)record.Update, (double)record.ValidationLoss!.Value)));
                }

                string end = run.Ending == TrainingEnding.Diverged ? ", then diverged" : string.Empty;
                return string.Create(CultureInfo.InvariantCulture, $"{run.BestValidationLoss:0.0000} at {run.BestUpdate}{end}");
            })];
            rows.Add(row);
        }

        rows.Add(["no memory", .. delays.Select(delay => Baseline(delay).ToString("0.0000", CultureInfo.InvariantCulture))]);
        chart.Add("no memory", [(0, Baseline(delays[^1])), (updates, Baseline(delays[^1]))]);
        var page = new TaskPage("copying", "Copying memory");
        page.Paragraph(
            $"Ten symbols of eight, blanks for the delay, and at a signal the ten symbols again. Without memory the cross-entropy is 10·ln 8 / (delay + 20) nats a step. Recurrent layers of {Hidden} units over one-hot indices, a softmax; N = {Sequences}, Adam, gradients of norm 1 at most, up to {updates} updates on new sequences, until the cross-entropy over 1,000 others is a hundredth of that or lower. Starts: {string.Join("; ", RecurrentStart.All(Hidden).Select(start => start.Description))}.");
        page.Paragraph($"The lowest cross-entropy, nats a step, and after how many updates:");
        page.Table(["", .. delays.Select(delay => string.Create(CultureInfo.InvariantCulture, $"delay {delay}"))], 1, rows);
        page.Chart(chart);
        page.Save(options);
    }

    private static double Baseline(int delay) => new CopyingProblem(delay, 1, 1, 1).Baseline;

    private static TrainingRun<RnnModel> Train(RecurrentStart start, int delay, int updates)
    {
        var spec = RnnSpec.ForIndices(
            CopyingProblem.Inputs, start.Layer, Layer.Dense(CopyingProblem.Outputs, Activation.Softmax));
        using var trainer = new RnnTrainer(
            start.CreateModel(spec, delay * 3 / 2), new Adam(start.LearningRate), Loss.CrossEntropy)
        {
            MaxGradientNorm = 1,
        };
        using var goal = new Goal($"{start.Name}, delay {delay}", Baseline(delay) / 100);
        var options = new FitOptions
        {
            Epochs = 1,
            ValidateEvery = Every,
        };
        return trainer.Fit(
            new CopyingProblem(delay, Sequences, updates, seed: 1), new CopyingProblem(delay, 1000, 1, seed: 2), options, goal, goal.Token);
    }
}
