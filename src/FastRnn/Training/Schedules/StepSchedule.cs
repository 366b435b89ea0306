namespace FastRnn.Training;

/// <summary>f(i) = factor^⌊i / every⌋.</summary>
public sealed record StepSchedule : LearningRateSchedule
{
    internal StepSchedule(long every, float factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        Every = every;
        FactorPerStep = Share(factor, nameof(factor), takesZero: false);
    }

    /// <summary>After how many updates the rate falls.</summary>
    public long Every { get; }

    /// <summary>What it is multiplied with.</summary>
    public float FactorPerStep { get; }

    /// <inheritdoc/>
    protected override double Factor(long index, long count) => Math.Pow(FactorPerStep, index / Every);
}
