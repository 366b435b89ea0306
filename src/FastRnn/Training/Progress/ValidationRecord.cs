namespace FastRnn.Training;

/// <summary>A line of a training's history.</summary>
public sealed record ValidationRecord
{
    /// <summary>The epoch, from 0.</summary>
    public required int Epoch { get; init; }

    /// <summary>After how many updates.</summary>
    public required long Update { get; init; }

    /// <summary>The mean loss of the batches since the validation before.</summary>
    public required float TrainingLoss { get; init; }

    /// <summary>The loss over the validation data; null where there are none.</summary>
    public required float? ValidationLoss { get; init; }

    /// <summary>The learning rate of the last update, with the schedule's factor.</summary>
    public required float LearningRate { get; init; }

    /// <summary>Since training began, in this and earlier runs.</summary>
    public required double Seconds { get; init; }

    /// <summary>Whether these weights are the best so far.</summary>
    public required bool IsBest { get; init; }
}
