using System.Diagnostics;
using System.Globalization;

namespace FastRnn.Training;

/// <summary>The loop of a training: a step a batch, a validation now and then, and what is kept of them.</summary>
internal sealed class FitLoop<TModel>(
    FitTarget<TModel> target, FitOptions options, IProgress<TrainingProgress>? progress, FitState state)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly long _firstUpdate = state.Updates;
    private readonly long? _total = Total(target, options);
    private RunRecord? _record;

    private Trainer Trainer => target.Trainer;

    internal TrainingRun<TModel> Run(CancellationToken cancellation)
    {
        using RunRecord? record = options.RecordPath is { } path ? new RunRecord(path, append: state.Updates > 0) : null;
        _record = record;
        (TrainingEnding ending, string message) = RunEpochs(cancellation);
        bool isKept = target.Validates && target.Best.Count > 0;
        return new TrainingRun<TModel>
        {
            Best = target.ToModel(isKept ? target.Best : target.Current),
            BestValidationLoss = isKept ? state.BestLoss : null,
            BestUpdate = isKept ? state.BestUpdate : state.Updates,
            History = [.. state.History],
            Ending = ending,
            Message = message,
        };
    }

    private static long? Total(FitTarget<TModel> target, FitOptions options)
    {
        long? ofEpochs = target.BatchesPerEpoch is { } batches ? batches * options.Epochs : null;
        return options.MaxUpdates is { } most ? Math.Min(most, ofEpochs ?? most) : ofEpochs;
    }

    private (TrainingEnding Ending, string Message) RunEpochs(CancellationToken cancellation)
    {
        for (; state.Epoch < options.Epochs && !IsAtEnd; state.Epoch++, state.Batch = 0)
        {
            target.Start(state.Epoch);
            for (long skipped = 0; skipped < state.Batch && target.TryNext(); skipped++)
            {
                // Of a run that goes on from a checkpoint.
            }

            bool hasMore = target.TryNext();
            if (!hasMore && state.Batch == 0)
            {
                throw new InvalidOperationException($"Expected batches, but epoch {state.Epoch} has none.");
            }

            while (hasMore && !IsAtEnd)
            {
                if (cancellation.IsCancellationRequested)
                {
                    return (TrainingEnding.Canceled, Invariant($"Canceled after update {state.Updates}."));
                }

                TrainingStep step = NextStep();
                if (!step.Applied)
                {
                    return (TrainingEnding.Diverged, Divergence.Describe(Trainer, state.Updates + 1, step));
                }

                CountStep(step);
                hasMore = target.TryNext();
                if (AfterStep(step, isLast: !hasMore || IsAtEnd) is { } ending)
                {
                    return ending;
                }
            }
        }

        return (TrainingEnding.Completed, Invariant($"Completed with update {state.Updates}."));
    }

    private bool IsAtEnd => _total <= state.Updates;

    private TrainingStep NextStep()
    {
        float factor = options.Schedule.GetFactor(state.Updates + 1, _total ?? long.MaxValue) * state.Plateau.Factor;
        Trainer.LearningRateScale = factor;
        return target.Step();
    }

    private void CountStep(TrainingStep step)
    {
        state.Updates++;
        state.Batch++;
        state.LossSum += step.Loss;
        state.LossCount++;
    }

    /// <summary>Validates, reports and saves where it is time to; returns how training ends if it does.</summary>
    private (TrainingEnding, string)? AfterStep(TrainingStep step, bool isLast)
    {
        bool isDue = options.ValidateEvery is { } every ? state.Updates % every == 0 || IsAtEnd : isLast;
        ValidationRecord? validation = isDue ? Validate() : null;
        double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        progress?.Report(new TrainingProgress
        {
            Epoch = state.Epoch,
            Update = state.Updates,
            TotalUpdates = _total,
            Loss = step.Loss,
            GradientNorm = step.GradientNorm,
            LearningRate = Trainer.Optimizer.LearningRate * Trainer.LearningRateScale,
            Validation = validation,
            UpdatesPerSecond = seconds > 0 ? (state.Updates - _firstUpdate) / seconds : 0,
        });
        if (options.Checkpoint is { } checkpoint && (checkpoint.Every is { } period ? state.Updates % period == 0 : isDue))
        {
            checkpoint.Save(Trainer, state with { Seconds = state.Seconds + seconds }, target.Best);
        }

        return validation?.ValidationLoss is { } loss && !float.IsFinite(loss)
            ? (TrainingEnding.Diverged, Invariant($"Update {state.Updates}: the validation loss is {loss}. {Divergence.Advice}"))
            : state.Waited >= options.Patience
                ? (TrainingEnding.OutOfPatience, Invariant(
                    $"No validation after update {state.BestUpdate} was better: {state.Waited} in a row."))
                : null;
    }

    private ValidationRecord Validate()
    {
        float? loss = target.Validates ? (float)target.Validate() : null;
        bool isBest = loss < state.BestLoss;
        if (isBest)
        {
            state.BestLoss = loss!.Value;
            state.BestUpdate = state.Updates;
            target.KeepBest();
        }

        state.Waited = isBest || loss is null ? 0 : state.Waited + 1;
        if (loss is { } observed)
        {
            state.Plateau = options.Schedule.Observe(state.Plateau, observed);
        }

        var record = new ValidationRecord
        {
            Epoch = state.Epoch,
            Update = state.Updates,
            TrainingLoss = (float)(state.LossSum / Math.Max(1, state.LossCount)),
            ValidationLoss = loss,
            LearningRate = Trainer.Optimizer.LearningRate * Trainer.LearningRateScale,
            Seconds = state.Seconds + Stopwatch.GetElapsedTime(_start).TotalSeconds,
            IsBest = isBest,
        };
        (state.LossSum, state.LossCount) = (0, 0);
        state.History.Add(record);
        _record?.Write(record);
        return record;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
