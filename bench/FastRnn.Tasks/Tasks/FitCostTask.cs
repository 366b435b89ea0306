using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using FastRnn.Training;

namespace FastRnn.Tasks;

/// <summary>What <c>Fit</c> costs over the training steps that it takes: the same batches, made once, given to <c>Step</c> by hand.</summary>
internal static class FitCostTask
{
    private const int Rounds = 15, Epochs = 10;

    internal static Command Create() => TaskOptions.Command(
        "fit", "The time and the memory of Fit beside its training steps.", Run);

    private static void Run(TaskOptions options)
    {
        var rows = new List<string[]>();
        Measure("LSTM 128, T = 64, N = 32, windows", Cell.Lstm(128), 64, 32, 24, rows, options.IsQuick, isWindow: true);
        Measure("GRU 48, 30 steps at most, N = 16", Cell.Gru(48), 30, 16, 40, rows, options.IsQuick, isWindow: false);
        Measure("GRU 16, 30 steps at most, N = 16", Cell.Gru(16), 30, 16, 100, rows, options.IsQuick, isWindow: false);
        var page = new TaskPage("fit", "What Fit costs");
        page.Paragraph(
            $"{Epochs} epochs of Fit (batches shuffled and filled, the schedule, the loop, the model at the end) and the same training steps by hand with batches that were filled before, in turns, the median of {Rounds} ratios; and the bytes that an epoch behind the first allocates, without validation data.");
        page.Table(["", "steps alone, ms an epoch", "Fit over steps", "bytes an epoch"], 1, rows);
        page.Save(options);
    }

    private static void Measure(
        string name, CellSpec cell, int steps, int sequences, int batches, List<string[]> rows, bool isQuick, bool isWindow)
    {
        const int Size = 16;
        var spec = new RnnSpec(Size, cell, Layer.Dense(4));
        using var byFit = new RnnTrainer(spec, new Adam(1e-4f), Loss.SquaredError, 1);
        using var byHand = new RnnTrainer(spec, new Adam(1e-4f), Loss.SquaredError, 1);
        SequenceSet set = SequenceSet.For(byFit);
        var random = new Random(1);
        for (int i = 0; i < (isWindow ? 1 : batches * sequences); i++)
        {
            int length = isWindow ? steps * sequences * batches : steps / 2 + random.Next(steps / 2 + 1);
            set.Add(Values(random, length * Size), Values(random, length * 4));
        }

        IBatchSource source = isWindow ? new WindowBatches(set, steps, sequences) : new ShuffledBatches(set, sequences, 1);
        List<SequenceBatch> filled = Filled(set, isWindow, steps, sequences);
        byHand.CarryState = isWindow;
        var ratios = new List<double>();
        var times = new List<double>();
        var several = new FitOptions { Epochs = Epochs };
        for (int round = 0; round < (isQuick ? 3 : Rounds) + 2; round++)
        {
            double fit = Seconds(() => byFit.Fit(source, null, several));
            double hand = Seconds(() =>
            {
                for (int epoch = 0; epoch < Epochs; epoch++)
                {
                    Steps(byHand, filled);
                }
            });
            if (round >= 2)
            {
                ratios.Add(fit / hand);
                times.Add(hand / Epochs);
            }
        }

        ratios.Sort();
        times.Sort();
        long few = Bytes(byFit, source, 2), many = Bytes(byFit, source, 12);
        rows.Add([
            name, (1000 * times[times.Count / 2]).ToString("0.0", CultureInfo.InvariantCulture),
            ratios[ratios.Count / 2].ToString("0.000", CultureInfo.InvariantCulture),
            ((many - few) / 10).ToString(CultureInfo.InvariantCulture),
        ]);
    }

    private static void Steps(RnnTrainer trainer, List<SequenceBatch> batches)
    {
        trainer.ResetState();
        foreach (SequenceBatch batch in batches)
        {
            trainer.Step(batch.Inputs, batch.Targets, batch.Shape, batch.Weights);
        }
    }

    private static List<SequenceBatch> Filled(SequenceSet set, bool isWindow, int steps, int sequences)
    {
        IBatchSource source = isWindow ? new WindowBatches(set, steps, sequences) : new ShuffledBatches(set, sequences, 1);
        source.Start(0);
        var filled = new List<SequenceBatch>();
        var batch = new SequenceBatch(set.Layout);
        while (source.TryFill(batch))
        {
            filled.Add(batch);
            batch = new SequenceBatch(set.Layout);
        }

        return filled;
    }

    private static long Bytes(RnnTrainer trainer, IBatchSource source, int epochs)
    {
        var options = new FitOptions { Epochs = epochs };
        long before = GC.GetAllocatedBytesForCurrentThread();
        trainer.Fit(source, null, options);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static float[] Values(Random random, int count)
    {
        var values = new float[count];
        foreach (ref float value in values.AsSpan())
        {
            value = 2 * random.NextSingle() - 1;
        }

        return values;
    }
}
