namespace FastRnn.Training;

/// <summary>How far a training has come, after an update.</summary>
public readonly record struct TrainingProgress
{
    /// <summary>The epoch, from 0.</summary>
    public required int Epoch { get; init; }

    /// <summary>How many updates there have been.</summary>
    public required long Update { get; init; }

    /// <summary>How many there are to be at most; null where this is not known.</summary>
    public required long? TotalUpdates { get; init; }

    /// <summary>The loss of the update's batch.</summary>
    public required float Loss { get; init; }

    /// <summary>The norm of its gradient, before clipping.</summary>
    public required float GradientNorm { get; init; }

    /// <summary>The learning rate, with the schedule's factor.</summary>
    public required float LearningRate { get; init; }

    /// <summary>The validation that follows this update; null where none does.</summary>
    public required ValidationRecord? Validation { get; init; }

    /// <summary>Updates a second since this run began, validations included.</summary>
    public required double UpdatesPerSecond { get; init; }

    /// <summary>The time that the updates that are left take at this speed; null where their number is not known.</summary>
    public TimeSpan? TimeLeft
        => TotalUpdates is { } total && UpdatesPerSecond > 0
            ? TimeSpan.FromSeconds(Math.Min((total - Update) / UpdatesPerSecond, TimeSpan.MaxValue.TotalSeconds / 2))
            : null;
}
