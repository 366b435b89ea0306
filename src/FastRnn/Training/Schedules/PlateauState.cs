namespace FastRnn.Training;

/// <summary>What a <see cref="PlateauSchedule"/> knows of the validations so far.</summary>
public sealed record PlateauState
{
    /// <summary>The lowest loss; ∞ before the first validation.</summary>
    public float Best { get; init; } = float.PositiveInfinity;

    /// <summary>How many validations in a row have brought no improvement.</summary>
    public int Waited { get; init; }

    /// <summary>The factor of the learning rate.</summary>
    public float Factor { get; init; } = 1;
}
