namespace FastRnn.Training;

/// <summary>A whole training of an encoder and a decoder in one call, as <see cref="RnnTrainerFit"/> is of a network.</summary>
public static class EncoderDecoderTrainerFit
{
    extension(EncoderDecoderTrainer trainer)
    {
        /// <summary>
        /// Trains on pairs: epoch after epoch in batches, with validations in between, until all is done, patience has run out or the token
        /// is canceled. The trainer then stands where training has ended and can go on.
        /// </summary>
        /// <remarks>Pairs are shuffled in each epoch and come in batches of similar lengths (<see cref="ShuffledPairs"/>). A validation
        /// gives the decoder the right inputs, whatever <see cref="EncoderDecoderTrainer.ScheduledSampling"/> is. The same data, options
        /// and trainer give the same weights. After the first epoch training allocates nothing but a record for each validation.
        /// </remarks>
        /// <param name="training">What is learned.</param>
        /// <param name="validation">What decides which weights are best, and when to stop; null for none.</param>
        /// <param name="options">How training goes, without <see cref="FitOptions.Window"/>; null for 10 epochs of batches of 32.</param>
        /// <param name="progress">Is told of each update; null for none.</param>
        /// <param name="cancellation">Ends training after the update that is being made; nothing is thrown.</param>
        /// <returns>The best weights and the history.</returns>
        /// <exception cref="ArgumentNullException">The trainer or the training data are null.</exception>
        /// <exception cref="ArgumentException">A set is empty or has another layout than the trainer takes, or windows are asked for.
        /// </exception>
        /// <exception cref="ArgumentOutOfRangeException">A target is out of range.</exception>
        /// <exception cref="InvalidOperationException">Another use of the trainer has not ended.</exception>
        /// <exception cref="IOException">A checkpoint or the record can't be written.</exception>
        /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
        public TrainingRun<EncoderDecoder> Fit(
            SequencePairSet training,
            SequencePairSet? validation = null,
            FitOptions? options = null,
            IProgress<TrainingProgress>? progress = null,
            CancellationToken cancellation = default)
        {
            ArgumentNullException.ThrowIfNull(trainer);
            ArgumentNullException.ThrowIfNull(training);
            options ??= new FitOptions();
            return Run(
                trainer, new ShuffledPairs(training, options.BatchSize, options.Seed),
                validation is null ? null : new ShuffledPairs(validation, options.BatchSize, seed: null), options, progress, cancellation);
        }

        /// <summary>As the other one, on batches of any source.</summary>
        /// <param name="training">What is learned.</param>
        /// <param name="validation">What decides which weights are best, and when to stop; null for none.</param>
        /// <param name="options">How training goes; null for 10 epochs.</param>
        /// <param name="progress">Is told of each update; null for none.</param>
        /// <param name="cancellation">Ends training after the update that is being made; nothing is thrown.</param>
        /// <returns>The best weights and the history.</returns>
        /// <exception cref="ArgumentNullException">The trainer or the training data are null.</exception>
        /// <exception cref="ArgumentException">A source has another layout than the trainer takes, or windows are asked for.</exception>
        /// <exception cref="InvalidOperationException">An epoch has no batch, or another use of the trainer has not ended.</exception>
        /// <exception cref="IOException">A checkpoint or the record can't be written.</exception>
        /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
        public TrainingRun<EncoderDecoder> Fit(
            ISequencePairSource training,
            ISequencePairSource? validation = null,
            FitOptions? options = null,
            IProgress<TrainingProgress>? progress = null,
            CancellationToken cancellation = default)
        {
            ArgumentNullException.ThrowIfNull(trainer);
            ArgumentNullException.ThrowIfNull(training);
            return Run(trainer, training, validation, options ?? new FitOptions(), progress, cancellation);
        }
    }

    private static TrainingRun<EncoderDecoder> Run(
        EncoderDecoderTrainer trainer, ISequencePairSource training, ISequencePairSource? validation, FitOptions options,
        IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        if (options.Window is { } window)
        {
            throw new ArgumentException(
                $"Expected no {nameof(FitOptions.Window)}, since pairs are not cut into windows, but got {window}.", nameof(options));
        }

        SequenceLayout source = SequenceLayout.OfInputs(trainer.Encoder.Bptt.Spec);
        SequenceLayout target = SequenceLayout.Of(trainer.Decoder.Bptt.Spec, trainer.Loss);
        Check(training, nameof(training));
        if (validation is not null)
        {
            Check(validation, nameof(validation));
        }

        var fitted = new EncoderDecoderFitTarget(trainer, training, validation);
        return new FitLoop<EncoderDecoder>(fitted, options, progress, fitted.TakeState()).Run(cancellation);

        void Check(ISequencePairSource pairs, string parameter)
        {
            source.Require(pairs.SourceLayout, "sources", parameter);
            target.Require(pairs.TargetLayout, "targets", parameter);
        }
    }
}
