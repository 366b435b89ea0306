using FastRnn.Memory;

namespace FastRnn.Training;

/// <summary>Where a training keeps how far it has come. <c>FileCheckpoint</c> writes a file.</summary>
public abstract class FitCheckpoint
{
    private protected FitCheckpoint()
    {
    }

    /// <summary>After how many updates one is kept; null for after each validation.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public long? Every
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value ?? 1, 1, nameof(Every));
            field = value;
        }
    }

    /// <summary>Keeps a trainer, how far its training has come, and the best weights so far, a buffer for each network.</summary>
    internal abstract void Save(Trainer trainer, FitState state, IReadOnlyList<ParameterBuffer> best);
}
