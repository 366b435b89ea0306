namespace FastRnn.Training;

/// <summary>How a training goes: for how long, when it is validated, what is kept.</summary>
public sealed record FitOptions
{
    /// <summary>The most epochs; at least 1. 10 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Epochs
    {
        get;
        init => field = AtLeastOne(value, nameof(Epochs));
    } = 10;

    /// <summary>The most updates; null for as many as the epochs have.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public long? MaxUpdates
    {
        get;
        init => field = value is null ? null : AtLeastOne(value.Value, nameof(MaxUpdates));
    }

    /// <summary>N, the sequences of a batch, where batches are made of a set; 32 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int BatchSize
    {
        get;
        init => field = AtLeastOne(value, nameof(BatchSize));
    } = 32;

    /// <summary>T, the steps of a window over long sequences, with the state carried on (<see cref="WindowBatches"/>), where batches are
    /// made of a set; null for whole sequences.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? Window
    {
        get;
        init => field = value is null ? null : AtLeastOne(value.Value, nameof(Window));
    }

    /// <summary>Decides the order of batches, where they are made of a set.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The factor of the learning rate over the updates; constant unless set.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public LearningRateSchedule Schedule
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Schedule));
            field = value;
        }
    } = Training.Schedule.Constant;

    /// <summary>After how many updates there is a validation; null for one at the end of each epoch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public long? ValidateEvery
    {
        get;
        init => field = value is null ? null : AtLeastOne(value.Value, nameof(ValidateEvery));
    }

    /// <summary>After how many validations in a row without a lower loss training ends; null for never.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? Patience
    {
        get;
        init => field = value is null ? null : AtLeastOne(value.Value, nameof(Patience));
    }

    /// <summary>Where the training keeps how far it has come, as a <c>FileCheckpoint</c> does: the trainer that <c>FromCheckpoint</c> reads
    /// goes on bit for bit when <c>Fit</c> is called with the same data and options. Null for nowhere.</summary>
    public FitCheckpoint? Checkpoint { get; init; }

    /// <summary>Where a record of the run is written, a JSON object on a line for each validation; null for none. A run that goes on
    /// from a checkpoint appends.</summary>
    public string? RecordPath { get; init; }

    private static T AtLeastOne<T>(T value, string name)
        where T : struct, System.Numerics.INumber<T>
        => value >= T.One ? value : throw new ArgumentOutOfRangeException(name, value, "Expected a value of at least 1.");
}
