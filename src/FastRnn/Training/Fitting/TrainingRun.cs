namespace FastRnn.Training;

/// <summary>What a training has come to.</summary>
/// <typeparam name="TModel">What is trained.</typeparam>
public sealed record TrainingRun<TModel>
{
    /// <summary>The weights of the lowest validation loss, or, without validation data, of the last update; of their running average where
    /// the trainer keeps one.</summary>
    public required TModel Best { get; init; }

    /// <summary>The lowest validation loss; null without validation data.</summary>
    public required float? BestValidationLoss { get; init; }

    /// <summary>After how many updates the weights were the best.</summary>
    public required long BestUpdate { get; init; }

    /// <summary>All validations, in their order; without validation data what the training loss was at the end of each epoch.</summary>
    public required IReadOnlyList<ValidationRecord> History { get; init; }

    /// <summary>Why it has ended.</summary>
    public required TrainingEnding Ending { get; init; }

    /// <summary>Why it has ended, in words; where it has diverged with the update, the layer, and what to try.</summary>
    public required string Message { get; init; }
}
