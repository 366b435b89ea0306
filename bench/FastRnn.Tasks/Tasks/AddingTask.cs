using System.CommandLine;
using System.Globalization;
using FastRnn.Training;

namespace FastRnn.Tasks;

/// <summary>The adding problem by four recurrent layers, over sequences of growing length.</summary>
internal static class AddingTask
{
    private const int Hidden = 64, Sequences = 32, Every = 250;
    private const double Reached = 0.004;

    internal static Command Create() => TaskOptions.Command(
        "adding", "The adding problem for T = 100, 200 and 400: plain, IRNN, GRU and LSTM.", Run);

    private static void Run(TaskOptions options)
    {
        int[] lengths = options.IsQuick ? [50] : [100, 200, 400];
        int updates = options.IsQuick ? 1500 : 8000;
        var rows = new List<string[]>();
        var chart = new LineChart(string.Create(CultureInfo.InvariantCulture, $"Squared error, T = {lengths[^1]}"), "updates", "squared error")
        {
            HasLogarithmicValues = true,
        };
        foreach (RecurrentStart start in RecurrentStart.All(Hidden))
        {
            string[] row = [start.Name, .. lengths.Select(length =>
            {
                TrainingRun<RnnModel> run = Train(start, length, updates);
                if (length == lengths[^1])
                {
                    chart.Add(start.Name, run.History.Select(record => ((double)record.Update, (double)record.ValidationLoss!.Value)));
                }

                string end = run.Ending == TrainingEnding.Diverged ? ", then diverged" : string.Empty;
                return string.Create(CultureInfo.InvariantCulture, $"{run.BestValidationLoss:0.0000} at {run.BestUpdate}{end}");
            })];
            rows.Add(row);
        }

        var page = new TaskPage("adding", "The adding problem");
        page.Paragraph(
            $"T steps of a random value and a mark; the sum of the two marked values is the target. Always answering 1 has a squared error of 0.1667. Recurrent layers of {Hidden} units, the last step, a dense layer; N = {Sequences}, Adam, gradients of norm 1 at most, up to {updates} updates on new sequences, until the squared error over 1,000 others is {Reached} or lower. Starts: {string.Join("; ", RecurrentStart.All(Hidden).Select(start => start.Description))}.");
        page.Paragraph($"The lowest squared error, and after how many updates:");
        page.Table(["", .. lengths.Select(length => string.Create(CultureInfo.InvariantCulture, $"T = {length}"))], 1, rows);
        page.Chart(chart);
        page.Save(options);
    }

    private static TrainingRun<RnnModel> Train(RecurrentStart start, int steps, int updates)
    {
        var spec = new RnnSpec(2, start.Layer, Layer.LastStep(), Layer.Dense(1));
        using var trainer = new RnnTrainer(start.CreateModel(spec, steps), new Adam(start.LearningRate), Loss.SquaredError)
        {
            MaxGradientNorm = 1,
        };
        using var goal = new Goal($"{start.Name}, T = {steps}", Reached);
        var options = new FitOptions
        {
            Epochs = 1,
            ValidateEvery = Every,
        };
        return trainer.Fit(
            new AddingProblem(steps, Sequences, updates, seed: 1), new AddingProblem(steps, 1000, 1, seed: 2), options, goal, goal.Token);
    }
}
