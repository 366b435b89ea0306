namespace FastRnn.Training;

/// <summary>How far a training has come: what a checkpoint holds of it beside the trainer and the best weights.</summary>
internal sealed record FitState
{
    /// <summary>The epoch, and how many of its batches are done.</summary>
    internal int Epoch { get; set; }

    internal long Batch { get; set; }

    /// <summary>Updates in this training; the trainer may have had others before.</summary>
    internal long Updates { get; set; }

    internal float BestLoss { get; set; } = float.PositiveInfinity;

    internal long BestUpdate { get; set; }

    /// <summary>How many validations in a row have brought no improvement.</summary>
    internal int Waited { get; set; }

    internal PlateauState Plateau { get; set; } = new();

    /// <summary>Since training began, without the current run.</summary>
    internal double Seconds { get; set; }

    /// <summary>Losses of batches since the last validation.</summary>
    internal double LossSum { get; set; }

    internal long LossCount { get; set; }

    internal List<ValidationRecord> History { get; init; } = [];
}
