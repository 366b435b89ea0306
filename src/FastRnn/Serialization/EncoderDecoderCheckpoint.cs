using FastRnn.Memory;
using FastRnn.Training;

namespace FastRnn.Serialization;

/// <summary>Trainers of an encoder and a decoder as files: those of the models (<see cref="EncoderDecoderFile"/>), as
/// <see cref="TrainerCheckpoint"/> has one of a model.</summary>
public static class EncoderDecoderCheckpoint
{
    extension(EncoderDecoderTrainer trainer)
    {
        /// <summary>Writes the trainer to a file, beside it first and moved there when all is written.</summary>
        /// <param name="path">Where the file is to be; its folder has to be there.</param>
        /// <exception cref="ArgumentNullException">The trainer or the path is null.</exception>
        /// <exception cref="ArgumentException">The path is empty.</exception>
        /// <exception cref="NotSupportedException">The names of all layers are more than the header of such a file can hold, or there are
        /// more than 1,024 layers. Nothing has been written.</exception>
        /// <exception cref="IOException">The file can't be written.</exception>
        /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
        /// <exception cref="InvalidOperationException">Another use of the trainer has not ended; nothing has been written.</exception>
        /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
        public void SaveCheckpoint(string path)
        {
            ArgumentNullException.ThrowIfNull(trainer);
            using ExclusiveUse.Scope use = trainer.Enter();
            var writer = new SafetensorsWriter();
            FileContent.Add(writer);
            ModelPart.Encoder.Add(writer, trainer.Encoder, trainer.Optimizer);
            ModelPart.Decoder.Add(writer, trainer.Decoder, trainer.Optimizer);
            writer.Add(FileContent.Trainer, TrainerSettings.Of(trainer.Update, trainer.Loss, trainer.Steps).Write());
            writer.WriteTo(path);
        }

        /// <summary>Makes a trainer that goes on where the one that was saved stood.</summary>
        /// <param name="path">Where the file is.</param>
        /// <returns>The trainer, to be disposed.</returns>
        /// <exception cref="ArgumentException">The path is null or empty.</exception>
        /// <exception cref="IOException">The file can't be opened or read.</exception>
        /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
        /// <exception cref="FastRnnFormatException">It is no file of such a trainer, what it describes can't be or has cells of the
        /// caller's own, it was written by a newer version, or its tensors are not those that it describes.</exception>
        public static EncoderDecoderTrainer FromCheckpoint(string path) => Load(path, specs: null);

        /// <summary>As the other one, for specs that the caller has, with cells of the caller's own: those of the file must be the same.
        /// </summary>
        /// <param name="path">Where the file is.</param>
        /// <param name="encoder">What the encoder is.</param>
        /// <param name="decoder">What the decoder is: with states that meet the encoder's.</param>
        /// <returns>The trainer, to be disposed.</returns>
        /// <exception cref="ArgumentNullException">An argument is null.</exception>
        /// <exception cref="ArgumentException">The path is empty, the states do not meet, or a spec's shape does not suit its part.
        /// </exception>
        /// <exception cref="IOException">The file can't be opened or read.</exception>
        /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
        /// <exception cref="FastRnnFormatException">It is no file of such a trainer, has other specs, what it describes can't be, it was
        /// written by a newer version, or its tensors are not those that it describes.</exception>
        public static EncoderDecoderTrainer FromCheckpoint(string path, RnnSpec encoder, RnnSpec decoder)
            => Load(path, EncoderDecoderFile.Checked(encoder, decoder));
    }

    private static EncoderDecoderTrainer Load(string path, (RnnSpec Encoder, RnnSpec Decoder)? specs)
        => CheckpointFile.Load(
            path,
            [FileContent.Encoder, FileContent.Decoder, FileContent.Trainer],
            (tensors, settings) =>
            {
                if (settings.CarriesState || settings.CarriedBatch > 0)
                {
                    throw new FastRnnFormatException(
                        path, FileContent.Trainer, "expected no carried state, which a trainer of an encoder and a decoder never has");
                }

                EncoderDecoder models = EncoderDecoderFile.Read(tensors, specs);
                return FastRnnFormatException.Guard(
                    path, FileContent.Trainer, () => new EncoderDecoderTrainer(models, settings.Optimizer, settings.Loss)
                    {
                        MaxGradientNorm = settings.MaxGradientNorm,
                        Steps = settings.Steps,
                    });
            },
            (tensors, settings, trainer) =>
            {
                trainer.Update.Updates = settings.Updates;
                ModelPart.Encoder.ReadMoments(tensors, trainer.Encoder, settings.Optimizer);
                ModelPart.Decoder.ReadMoments(tensors, trainer.Decoder, settings.Optimizer);
            });
}
