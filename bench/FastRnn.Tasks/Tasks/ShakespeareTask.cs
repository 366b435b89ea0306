using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using FastRnn.Training;

namespace FastRnn.Tasks;

/// <summary>
/// Characters of a text, the next one from those before: an embedding of 64, one LSTM of 128 and a softmax, truncated BPTT over T = 64
/// steps of N = 32 strands with the state carried, Adam 2e-3, the first 90 % of the text for training and the next 5 % for validation. The
/// same by PyTorch, in <c>python/shakespeare.py</c>, on one thread.
/// </summary>
internal static class ShakespeareTask
{
    private const int Embedding = 64, Hidden = 128, Steps = 64, Strands = 32, Seed = 1;
    private const float LearningRate = 2e-3f;

    internal static Command Create() => TaskOptions.CommandOnData(
        "shakespeare", "Language model of characters, beside PyTorch's.", "A text file, such as tinyshakespeare.txt.", Run);

    private static void Run(TaskOptions options)
    {
        int updates = options.IsQuick ? 490 : 4900, every = 490;
        string text = File.ReadAllText(options.Data!);
        char[] letters = [.. text.Distinct().Order()];
        int[] indices = [.. text.Select(letter => Array.BinarySearch(letters, letter))];
        int first = indices.Length * 9 / 10, second = indices.Length * 95 / 100;
        RnnSpec spec = RnnSpec.ForIndices(
            letters.Length, Layer.Embedding(Embedding), Cell.Lstm(Hidden), Layer.Dense(letters.Length, Activation.Softmax));
        using var trainer = new RnnTrainer(spec, new Adam(LearningRate), Loss.CrossEntropy, Seed);
        var fit = new FitOptions
        {
            Epochs = 100,
            MaxUpdates = updates,
            BatchSize = Strands,
            Window = Steps,
            ValidateEvery = every,
        };
        long start = Stopwatch.GetTimestamp();
        TrainingRun<RnnModel> run = trainer.Fit(
            Part(trainer, indices.AsSpan(0, first)), Part(trainer, indices.AsSpan(first, second - first)), fit, new Watch("FastRnn"));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        IReadOnlyList<(double Update, double Loss, double Seconds)> peer = PyTorch(options.Data!, updates, every);
        var page = new TaskPage("shakespeare", "Characters of Shakespeare, beside PyTorch");
        page.Paragraph(
            $"{indices.Length:N0} characters of {letters.Length} kinds; the first 90 % train, the next 5 % validate. An embedding of {Embedding}, an LSTM of {Hidden}, a softmax: {spec.ParameterCount:N0} weights. {updates} updates of Adam at {LearningRate} over windows of {Steps} steps in {Strands} strands, the state carried; one thread each. Seconds include the validations, every {every} updates.");
        page.Table(
            ["", "validation loss, nats", "seconds", "updates a second"], 1,
            [
                Row("FastRnn", run.History[^1].ValidationLoss!.Value, seconds, updates),
                Row("PyTorch", peer[^1].Loss, peer[^1].Seconds, updates),
            ]);
        page.Paragraph(
            $"The difference of the losses is {Math.Abs(run.History[^1].ValidationLoss!.Value - peer[^1].Loss):0.000} nats; FastRnn takes {seconds / peer[^1].Seconds:0.00} of PyTorch's time.");
        var byTime = new LineChart("Validation loss over time", "seconds", "nats a character");
        byTime.Add("FastRnn", run.History.Select(record => (record.Seconds, (double)record.ValidationLoss!.Value)));
        byTime.Add("PyTorch", peer.Select(point => (point.Seconds, point.Loss)));
        page.Chart(byTime);
        var byUpdate = new LineChart("Validation loss over updates", "updates", "nats a character");
        byUpdate.Add("FastRnn", run.History.Select(record => ((double)record.Update, (double)record.ValidationLoss!.Value)));
        byUpdate.Add("PyTorch", peer.Select(point => (point.Update, point.Loss)));
        page.Chart(byUpdate);
        page.Save(options);
    }

    private static string[] Row(string name, double loss, double seconds, int updates)
        => [name, Text(loss, "0.0000"), Text(seconds, "0.0"), Text(updates / seconds, "0.0")];

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>A character is the target of the one before.</summary>
    private static SequenceSet Part(RnnTrainer trainer, ReadOnlySpan<int> indices)
    {
        SequenceSet set = SequenceSet.For(trainer);
        set.Add(indices[..^1], indices[1..]);
        return set;
    }

    private static List<(double Update, double Loss, double Seconds)> PyTorch(string data, int updates, int every)
        => [.. PythonScript.Run(
            "shakespeare.py", "--data", data, "--updates", $"{updates}", "--every", $"{every}", "--embedding", $"{Embedding}", "--hidden",
            $"{Hidden}", "--steps", $"{Steps}", "--strands", $"{Strands}", "--rate", LearningRate.ToString(CultureInfo.InvariantCulture))
            .Select(line => line.Split(' '))
            .Select(parts => (Number(parts[0]), Number(parts[1]), Number(parts[2])))];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
