using FastRnn.Memory;
using FastRnn.Training;

namespace FastRnn.Serialization;

/// <summary>What all files of trainers have in common: they are read whole, or not at all.</summary>
internal static class CheckpointFile
{
    /// <param name="path">where the file is</param>
    /// <param name="descriptions">the texts that it has to have</param>
    /// <param name="optimizer">what to use instead of the file's; null for that</param>
    /// <param name="loss">what to use instead of the file's; null for that</param>
    /// <param name="make">makes the trainer of the models that the tensors and texts are of, with the optimizer and the loss</param>
    /// <param name="restore">has it stand where the one that was saved stood</param>
    internal static TTrainer Load<TTrainer>(
        string path,
        ReadOnlySpan<string> descriptions,
        Optimizer? optimizer,
        LossFunction? loss,
        Func<TensorGroup, Optimizer, LossFunction, TTrainer> make,
        Action<TensorGroup, TrainerSettings, TTrainer> restore)
        where TTrainer : Trainer
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        FileContent.Check(file, descriptions);
        TrainerSettings settings = TrainerSettings.Read(file);
        var tensors = new TensorGroup(file);
        TTrainer trainer = make(
            tensors, optimizer ?? settings.Optimizer ?? throw Custom("optimizer"), loss ?? settings.Loss ?? throw Custom("loss"));
        try
        {
            FastRnnFormatException.Guard(path, FileContent.Trainer, () =>
            {
                settings.ApplyTo(trainer);
                return trainer;
            });
            restore(tensors, settings, trainer);
            tensors.RefuseRest();
            return trainer;
        }
        catch
        {
            trainer.Dispose();
            throw;
        }

        FastRnnFormatException Custom(string what)
            => new(
                path, FileContent.Trainer, $"expected a {what} of this library, but it is one of the caller's own: give it when loading");
    }

    /// <summary>Adds how far a training has come, and the best weights of it, one for each part.</summary>
    internal static void AddFit(SafetensorsWriter writer, FitState? state, IReadOnlyList<ParameterBuffer> best, ModelPart[] parts)
    {
        if (state is null)
        {
            return;
        }

        writer.Add(FileContent.Fit, FitStateJson.Write(state));
        for (int i = 0; i < best.Count; i++)
        {
            parts[i].AddBest(writer, best[i]);
        }
    }

    /// <summary>Reads how far a training has come, where the file was written in one.</summary>
    internal static void ReadFit(TensorGroup tensors, Trainer trainer, ModelPart[] parts)
    {
        if (!tensors.File.Metadata.ContainsKey(FileContent.Fit))
        {
            return;
        }

        FitState state = FitStateJson.Read(tensors.File);
        trainer.Interrupted = state;
        trainer.InterruptedBest = float.IsFinite(state.BestLoss)
            ? [.. parts.Select((part, i) => part.ReadBest(tensors, trainer.Networks[i].Bptt.Parameters.Layout))]
            : [];
    }
}
