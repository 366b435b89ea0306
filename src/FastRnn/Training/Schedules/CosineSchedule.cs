namespace FastRnn.Training;

/// <summary>f(i) = end + (1 − end)·(1 + cos(π·i / n)) / 2.</summary>
public sealed record CosineSchedule : LearningRateSchedule
{
    internal CosineSchedule(float end) => End = Share(end, nameof(end));

    /// <summary>What the factor comes to.</summary>
    public float End { get; }

    /// <inheritdoc/>
    protected override double Factor(long index, long count) => HalfCosine(1, End, (double)index / count);
}
