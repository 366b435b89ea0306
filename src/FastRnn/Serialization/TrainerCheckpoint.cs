using FastRnn.Memory;
using FastRnn.Training;

namespace FastRnn.Serialization;

/// <summary>
/// Trainers as files: a model's file (<see cref="ModelFile"/>) with what the optimizer remembers, the carried state, and the settings.
/// Training goes on from it bit for bit as if it had never stopped, on the same kind of processor.
/// </summary>
public static class TrainerCheckpoint
{
    private const string CarriedState = "carriedState";

    extension(RnnTrainer trainer)
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
            Save(trainer, path, state: null, best: []);
        }

        /// <summary>Makes a trainer that goes on where the one that was saved stood.</summary>
        /// <param name="path">Where the file is.</param>
        /// <returns>The trainer, to be disposed.</returns>
        /// <exception cref="ArgumentException">The path is null or empty.</exception>
        /// <exception cref="IOException">The file can't be opened or read.</exception>
        /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
        /// <exception cref="FastRnnFormatException">It is no file of a trainer, what it describes can't be, has cells of the caller's
        /// own or a state that is large beside its weights, it was written by a newer version, or its tensors are not those that it
        /// describes.</exception>
        public static RnnTrainer FromCheckpoint(string path) => Load(path, null, null, null);

        /// <summary>As the other one, for a spec that the caller has, with cells of the caller's own: that of the file must be the same.
        /// </summary>
        /// <param name="path">Where the file is.</param>
        /// <param name="spec">What the network is.</param>
        /// <returns>The trainer, to be disposed.</returns>
        /// <exception cref="ArgumentNullException">An argument is null.</exception>
        /// <exception cref="ArgumentException">The path is empty.</exception>
        /// <exception cref="IOException">The file can't be opened or read.</exception>
        /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
        /// <exception cref="FastRnnFormatException">It is no file of a trainer, has another spec, what it describes can't be, it was
        /// written by a newer version, or its tensors are not those that it describes.</exception>
        public static RnnTrainer FromCheckpoint(string path, RnnSpec spec)
        {
            ArgumentNullException.ThrowIfNull(spec);
            return Load(path, spec, null, null);
        }

        /// <summary>As the other one, with an optimizer or a loss in the place of the file's: those of the caller's own have to be
        /// given.</summary>
        /// <param name="path">Where the file is.</param>
        /// <param name="spec">What the network is; null for what the file says.</param>
        /// <param name="optimizer">How gradients change the weights, with as many moments as that of the file; null for that.</param>
        /// <param name="loss">What is made small; null for that of the file.</param>
        /// <returns>The trainer, to be disposed.</returns>
        /// <inheritdoc cref="TrainerCheckpoint.extension(RnnTrainer).FromCheckpoint(string, RnnSpec)" path="/exception"/>
        public static RnnTrainer FromCheckpoint(string path, RnnSpec? spec, Optimizer? optimizer, LossFunction? loss)
            => Load(path, spec, optimizer, loss);
    }

    /// <summary>Writes a trainer, and how far its training has come where it is in one.</summary>
    internal static void Save(RnnTrainer trainer, string path, FitState? state, IReadOnlyList<ParameterBuffer> best)
    {
        using ExclusiveUse.Scope use = trainer.Enter();
        SafetensorsWriter writer = FileContent.CreateWriter();
        ModelPart.Whole.Add(writer, trainer.Trained, trainer.Optimizer);
        TrainerSettings settings = TrainerSettings.Of(trainer) with
        {
            CarriesState = trainer.CarryState,
            CarriedBatch = trainer.CarriedSequences,
        };
        writer.Add(FileContent.Trainer, settings.Write());
        if (settings.CarriedBatch > 0)
        {
            writer.Add(
                CarriedState, ElementType.Float32, [settings.CarriedBatch, trainer.Spec.StateSize], trainer.CarriedState.ToArray());
        }

        CheckpointFile.AddFit(writer, state, best, [ModelPart.Whole]);
        writer.WriteTo(path);
    }

    private static RnnTrainer Load(string path, RnnSpec? spec, Optimizer? optimizer, LossFunction? loss)
        => CheckpointFile.Load(
            path,
            [FileContent.Spec, FileContent.Trainer],
            optimizer,
            loss,
            (tensors, chosen, criterion) =>
            {
                RnnModel model = ModelPart.Whole.Read(tensors, spec);
                return FastRnnFormatException.Guard(path, FileContent.Trainer, () => new RnnTrainer(model, chosen, criterion));
            },
            (tensors, settings, trainer) =>
            {
                FastRnnFormatException.Guard(path, FileContent.Trainer, () =>
                {
                    trainer.FrozenLayers = settings.FrozenLayers;
                    trainer.CarryState = settings.CarriesState;
                    return trainer;
                });
                ModelPart.Whole.ReadMoments(tensors, trainer.Trained, trainer.Optimizer);
                CheckpointFile.ReadFit(tensors, trainer, [ModelPart.Whole]);
                if (settings.CarriedBatch > 0)
                {
                    ReadCarriedState(tensors, trainer, settings.CarriedBatch);
                }
            });

    private static void ReadCarriedState(TensorGroup tensors, RnnTrainer trainer, int batch)
    {
        TensorEntry state = tensors.Take(CarriedState, batch, trainer.Spec.StateSize);
        if (state.Count > Guard.LargestBuffer)
        {
            throw new FastRnnFormatException(
                tensors.File.Path, CarriedState, $"expected at most {Guard.LargestBuffer} values, but there are {state.Count}");
        }

        tensors.File.Read(state, trainer.Carry(batch));
    }
}
