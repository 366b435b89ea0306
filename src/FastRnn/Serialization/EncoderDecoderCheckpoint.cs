using FastRnn.Memory;
using FastRnn.Training;

namespace FastRnn.Serialization;

/// <summary>Trainers of an encoder and a decoder as files: those of the models (<see cref="EncoderDecoderFile"/>), as
/// <see cref="TrainerCheckpoint"/> has one of a model.</summary>
public static class EncoderDecoderCheckpoint
{
    extension(EncoderDecoderTrainer trainer)
    {
        /// <inheritdoc cref="TrainerCheckpoint.extension(RnnTrainer).SaveCheckpoint(string)"/>
        public void SaveCheckpoint(string path)
        {
            ArgumentNullException.ThrowIfNull(trainer);
            Save(trainer, path, state: null, best: []);
        }

        /// <inheritdoc cref="TrainerCheckpoint.extension(RnnTrainer).FromCheckpoint(string)"/>
        public static EncoderDecoderTrainer FromCheckpoint(string path) => Load(path, null, null, null);

        /// <summary>As the other one, for specs that the caller has, with cells of the caller's own: those of the file must be the same.
        /// </summary>
        /// <param name="path">Where the file is.</param>
        /// <param name="encoder">What the encoder is.</param>
        /// <param name="decoder">What the decoder is: with states that meet the encoder's.</param>
        /// <exception cref="ArgumentException">The states do not meet, or a spec's shape does not suit its part.</exception>
        /// <inheritdoc cref="TrainerCheckpoint.extension(RnnTrainer).FromCheckpoint(string, RnnSpec)" path="/returns|/exception"/>
        public static EncoderDecoderTrainer FromCheckpoint(string path, RnnSpec encoder, RnnSpec decoder)
            => Load(path, EncoderDecoderFile.Checked(encoder, decoder), null, null);

        /// <summary>As the other one, with an optimizer or a loss in the place of the file's: those of the caller's own have to be
        /// given.</summary>
        /// <param name="path">Where the file is.</param>
        /// <param name="optimizer">How gradients change the weights, with as many moments as that of the file; null for that.</param>
        /// <param name="loss">What is made small; null for that of the file.</param>
        /// <inheritdoc cref="TrainerCheckpoint.extension(RnnTrainer).FromCheckpoint(string)" path="/returns|/exception"/>
        public static EncoderDecoderTrainer FromCheckpoint(string path, Optimizer? optimizer, LossFunction? loss)
            => Load(path, null, optimizer, loss);
    }

    /// <summary>Writes a trainer, and how far its training has come where it is in one.</summary>
    internal static void Save(EncoderDecoderTrainer trainer, string path, FitState? state, IReadOnlyList<ParameterBuffer> best)
    {
        using ExclusiveUse.Scope use = trainer.Enter();
        SafetensorsWriter writer = FileContent.CreateWriter();
        ModelPart.Encoder.Add(writer, trainer.Encoder, trainer.Optimizer);
        ModelPart.Decoder.Add(writer, trainer.Decoder, trainer.Optimizer);
        writer.Add(FileContent.Trainer, TrainerSettings.Of(trainer).Write());
        CheckpointFile.AddFit(writer, state, best, [ModelPart.Encoder, ModelPart.Decoder]);
        writer.WriteTo(path);
    }

    private static EncoderDecoderTrainer Load(
        string path, (RnnSpec Encoder, RnnSpec Decoder)? specs, Optimizer? optimizer, LossFunction? loss)
        => CheckpointFile.Load(
            path,
            [FileContent.Encoder, FileContent.Decoder, FileContent.Trainer],
            optimizer,
            loss,
            (tensors, chosen, criterion) =>
            {
                EncoderDecoder models = EncoderDecoderFile.Read(tensors, specs);
                return FastRnnFormatException.Guard(
                    path, FileContent.Trainer, () => new EncoderDecoderTrainer(models, chosen, criterion));
            },
            (tensors, settings, trainer) =>
            {
                if (settings.CarriesState || settings.CarriedBatch > 0)
                {
                    throw new FastRnnFormatException(
                        path, FileContent.Trainer, "expected no carried state, which a trainer of an encoder and a decoder never has");
                }

                FastRnnFormatException.Guard(path, FileContent.Trainer, () =>
                {
                    trainer.FrozenEncoderLayers = settings.FrozenLayers;
                    trainer.FrozenDecoderLayers = settings.FrozenDecoderLayers;
                    trainer.ScheduledSampling = settings.Sampling;
                    return trainer;
                });
                ModelPart.Encoder.ReadMoments(tensors, trainer.Encoder, trainer.Optimizer);
                ModelPart.Decoder.ReadMoments(tensors, trainer.Decoder, trainer.Optimizer);
                CheckpointFile.ReadFit(tensors, trainer, [ModelPart.Encoder, ModelPart.Decoder]);
            });
}
