namespace FastRnn.Training;

/// <summary>f = 1.</summary>
public sealed record ConstantSchedule : LearningRateSchedule
{
    internal ConstantSchedule()
    {
    }

    /// <inheritdoc/>
    protected override double Factor(long index, long count) => 1;
}
