namespace FastRnn.Training;

/// <summary>A whole training in one call.</summary>
public static class RnnTrainerFit
{
    extension(RnnTrainer trainer)
    {
        /// <summary>
        /// Trains on sequences: epoch after epoch in batches, with validations in between, until all is done, patience has run out or the
        /// token is canceled. The trainer then stands where training has ended and can go on.
        /// </summary>
        /// <remarks>Sequences are shuffled in each epoch and come in batches of similar lengths (<see cref="ShuffledBatches"/>), or in
        /// windows in their order (<see cref="FitOptions.Window"/>), for which <see cref="RnnTrainer.CarryState"/> is set, and otherwise
        /// cleared. The same data, options and trainer give the same weights. After the
        /// first epoch training allocates nothing but a record for each validation.</remarks>
        /// <param name="training">What is learned.</param>
        /// <param name="validation">What decides which weights are best, and when to stop; null for none.</param>
        /// <param name="options">How training goes; null for 10 epochs of batches of 32.</param>
        /// <param name="progress">Is told of each update; null for none.</param>
        /// <param name="cancellation">Ends training after the update that is being made; nothing is thrown.</param>
        /// <returns>The best weights and the history.</returns>
        /// <exception cref="ArgumentNullException">The trainer or the training data are null.</exception>
        /// <exception cref="ArgumentException">A set is empty or has another layout than the trainer takes, or windows are asked for where
        /// the network sees later steps.</exception>
        /// <exception cref="ArgumentOutOfRangeException">Windows are longer than the sequences are, or a target is out of range.
        /// </exception>
        /// <exception cref="InvalidOperationException">Another use of the trainer has not ended.</exception>
        /// <exception cref="IOException">A checkpoint or the record can't be written.</exception>
        /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
        public TrainingRun<RnnModel> Fit(
            SequenceSet training,
            SequenceSet? validation = null,
            FitOptions? options = null,
            IProgress<TrainingProgress>? progress = null,
            CancellationToken cancellation = default)
        {
            ArgumentNullException.ThrowIfNull(trainer);
            ArgumentNullException.ThrowIfNull(training);
            options ??= new FitOptions();
            return Run(
                trainer, Batches(training, options, options.Seed, options.BatchSize),
                validation is null ? null : Batches(validation, options, null, ValidationSize(validation, options)), options, progress,
                cancellation);
        }

        /// <summary>As the other one, on batches of any source.</summary>
        /// <param name="training">What is learned.</param>
        /// <param name="validation">What decides which weights are best, and when to stop; null for none.</param>
        /// <param name="options">How training goes; null for 10 epochs.</param>
        /// <param name="progress">Is told of each update; null for none.</param>
        /// <param name="cancellation">Ends training after the update that is being made; nothing is thrown.</param>
        /// <returns>The best weights and the history.</returns>
        /// <exception cref="ArgumentNullException">The trainer or the training data are null.</exception>
        /// <exception cref="ArgumentException">A source has another layout than the trainer takes, or carries the state where the network
        /// sees later steps.</exception>
        /// <exception cref="InvalidOperationException">An epoch has no batch, or another use of the trainer has not ended.</exception>
        /// <exception cref="IOException">A checkpoint or the record can't be written.</exception>
        /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
        public TrainingRun<RnnModel> Fit(
            IBatchSource training,
            IBatchSource? validation = null,
            FitOptions? options = null,
            IProgress<TrainingProgress>? progress = null,
            CancellationToken cancellation = default)
        {
            ArgumentNullException.ThrowIfNull(trainer);
            ArgumentNullException.ThrowIfNull(training);
            return Run(trainer, training, validation, options ?? new FitOptions(), progress, cancellation);
        }
    }

    private static IBatchSource Batches(SequenceSet set, FitOptions options, int? seed, int batchSize)
        => options.Window is { } window ? new WindowBatches(set, window, batchSize) : new ShuffledBatches(set, batchSize, seed);

    /// <summary>Windows of validation data have as many strands as those of training where there are enough steps.</summary>
    private static int ValidationSize(SequenceSet set, FitOptions options)
        => options.Window is { } window ? (int)Math.Clamp(set.TotalSteps / window, 1, options.BatchSize) : options.BatchSize;

    private static TrainingRun<RnnModel> Run(
        RnnTrainer trainer, IBatchSource training, IBatchSource? validation, FitOptions options, IProgress<TrainingProgress>? progress,
        CancellationToken cancellation)
    {
        SequenceLayout expected = SequenceLayout.Of(trainer.Spec, trainer.Loss);
        expected.Require(training.Layout, "sequences", nameof(training));
        if (validation is not null)
        {
            expected.Require(validation.Layout, "sequences", nameof(validation));
        }

        if (training.CarriesState)
        {
            trainer.Spec.RequireCausal(name => new ArgumentException(
                $"Expected layers that see no later step for windows with a carried state, but {name} sees whole sequences.",
                nameof(training)));
        }

        var target = new RnnFitTarget(trainer, training, validation);
        return new FitLoop<RnnModel>(target, options, progress, target.TakeState()).Run(cancellation);
    }
}
