namespace FastRnn.Serialization;

/// <summary>What all files of trainers have in common: they are read whole, or not at all.</summary>
internal static class CheckpointFile
{
    /// <param name="path">where the file is</param>
    /// <param name="descriptions">the texts that it has to have</param>
    /// <param name="make">makes the trainer of the models that the tensors and texts are of</param>
    /// <param name="restore">has it stand where the one that was saved stood</param>
    internal static TTrainer Load<TTrainer>(
        string path,
        ReadOnlySpan<string> descriptions,
        Func<TensorGroup, TrainerSettings, TTrainer> make,
        Action<TensorGroup, TrainerSettings, TTrainer> restore)
        where TTrainer : IDisposable
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        FileContent.Check(file, descriptions);
        TrainerSettings settings = TrainerSettings.Read(file);
        var tensors = new TensorGroup(file);
        TTrainer trainer = make(tensors, settings);
        try
        {
            restore(tensors, settings, trainer);
            tensors.RefuseRest();
            return trainer;
        }
        catch
        {
            trainer.Dispose();
            throw;
        }
    }
}
