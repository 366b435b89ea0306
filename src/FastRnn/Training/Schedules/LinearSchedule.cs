namespace FastRnn.Training;

/// <summary>f(i) = 1 − (1 − end)·i / n.</summary>
public sealed record LinearSchedule : LearningRateSchedule
{
    internal LinearSchedule(float end) => End = Share(end, nameof(end));

    /// <summary>What the factor comes to.</summary>
    public float End { get; }

    /// <inheritdoc/>
    protected override double Factor(long index, long count) => 1 - (1.0 - End) * index / count;
}
