using FastRnn.Memory;

namespace FastRnn.Training;

/// <summary>Looks for a learning rate. Source: L. N. Smith, Cyclical learning rates for training neural networks, WACV 2017.</summary>
public static class LearningRateSearch
{
    /// <summary>The share of past losses in the smoothed one.</summary>
    private const double Smoothing = 0.9;

    /// <summary>Times of the lowest smoothed loss at which it has diverged.</summary>
    private const double Diverged = 4;

    /// <summary>Steps at first, whose smoothed loss is not one yet.</summary>
    private const int Unsettled = 5;

    extension(RnnTrainer trainer)
    {
        /// <summary>
        /// Takes training steps at learning rates that grow exponentially, with a copy of the trainer: its weights, optimizer and state
        /// stay as they are. Ends early where the loss is 4 times the lowest one, or not finite. A good rate is the suggested one or a few
        /// times less.
        /// </summary>
        /// <param name="source">Batches; epochs are begun again where they end.</param>
        /// <param name="lowest">The first learning rate, above 0.</param>
        /// <param name="highest">The last one, above the first.</param>
        /// <param name="steps">How many steps, at least 10.</param>
        /// <exception cref="ArgumentNullException">The trainer or the source is null.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A learning rate or the number of steps is out of its range.</exception>
        /// <exception cref="ArgumentException">The source has another layout than the trainer takes.</exception>
        /// <exception cref="InvalidOperationException">An epoch has no batch, or another use of the trainer has not ended.</exception>
        /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
        public LearningRateRange FindLearningRate(IBatchSource source, float lowest = 1e-6f, float highest = 1, int steps = 100)
        {
            ArgumentNullException.ThrowIfNull(trainer);
            ArgumentNullException.ThrowIfNull(source);
            if (!(lowest > 0 && float.IsFinite(lowest)))
            {
                throw new ArgumentOutOfRangeException(nameof(lowest), lowest, "Expected a finite learning rate above 0.");
            }

            if (!(highest > lowest && float.IsFinite(highest)))
            {
                throw new ArgumentOutOfRangeException(nameof(highest), highest, $"Expected a finite learning rate above {lowest}.");
            }

            ArgumentOutOfRangeException.ThrowIfLessThan(steps, 10);
            SequenceLayout.Of(trainer.Spec, trainer.Loss).Require(source.Layout, "sequences", nameof(source));
            using RnnTrainer copy = Copy(trainer);
            var target = new RnnFitTarget(copy, source, validation: null);
            var points = new List<LearningRatePoint>();
            double mean = 0, best = double.PositiveInfinity, smoothed = 0;
            int epoch = 0;
            target.Start(epoch);
            while (points.Count < steps && float.IsFinite((float)smoothed) && smoothed <= Diverged * best)
            {
                if (!target.TryNext())
                {
                    target.Start(++epoch);
                    if (!target.TryNext())
                    {
                        throw new InvalidOperationException($"Expected batches, but epoch {epoch} has none.");
                    }
                }

                float rate = (float)(lowest * Math.Pow(highest / lowest, points.Count / (steps - 1.0)));
                copy.LearningRateScale = rate / copy.Optimizer.LearningRate;
                TrainingStep step = target.Step();
                mean = Smoothing * mean + (1 - Smoothing) * step.Loss;
                smoothed = step.Applied ? mean / (1 - Math.Pow(Smoothing, points.Count + 1)) : double.NaN;
                points.Add(new LearningRatePoint(rate, step.Loss, (float)smoothed));
                best = Math.Min(best, smoothed);
            }

            return new LearningRateRange(points, Steepest(points));
        }
    }

    private static float? Steepest(List<LearningRatePoint> points)
    {
        (double slope, float? rate) = (0, null);
        for (int i = Unsettled + 1; i + 1 < points.Count; i++)
        {
            double here = (points[i + 1].SmoothedLoss - points[i - 1].SmoothedLoss)
                / Math.Log(points[i + 1].LearningRate / points[i - 1].LearningRate);
            if (here < slope)
            {
                (slope, rate) = (here, points[i].LearningRate);
            }
        }

        return rate;
    }

    private static RnnTrainer Copy(RnnTrainer trainer)
    {
        var copy = new RnnTrainer(trainer.ToModel(), trainer.Optimizer, trainer.Loss)
        {
            MaxGradientNorm = trainer.MaxGradientNorm,
            MaxGradientValue = trainer.MaxGradientValue,
            FrozenLayers = trainer.FrozenLayers,
        };
        using ExclusiveUse.Scope use = trainer.Enter();
        trainer.Trained.Moments.CopyTo(copy.Trained.Moments);
        copy.Update.Updates = trainer.Updates;
        return copy;
    }
}
