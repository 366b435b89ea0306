using FastRnn.Memory;
using FastRnn.Training;

namespace FastRnn.Serialization;

/// <summary>Keeps a training in a file, which <c>FromCheckpoint</c> reads: the trainer, how far training has come, and the best weights so
/// far. Each one replaces the one before when it is whole.</summary>
public sealed class FileCheckpoint : FitCheckpoint
{
    private readonly string _path;

    /// <param name="path">Where the file is to be; its folder has to be there.</param>
    /// <exception cref="ArgumentException">The path is null or empty.</exception>
    public FileCheckpoint(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = path;
    }

    internal override void Save(Trainer trainer, FitState state, IReadOnlyList<ParameterBuffer> best)
    {
        switch (trainer)
        {
            case RnnTrainer single:
                TrainerCheckpoint.Save(single, _path, state, best);
                break;
            case EncoderDecoderTrainer pair:
                EncoderDecoderCheckpoint.Save(pair, _path, state, best);
                break;
            default:
                throw new ArgumentException($"Expected a trainer that files know, but got {trainer}.", nameof(trainer));
        }
    }
}
