namespace FastRnn.Training;

/// <summary>
/// The learning rate over the updates of a training, as a factor f(i) of <see cref="Optimizer.LearningRate"/>, i counting from 0. A warm-up
/// of w updates comes first: (i + 1) / w, and then f(i − w). Derive from it for a schedule of your own.
/// </summary>
public abstract record LearningRateSchedule
{
    /// <summary>How many updates the warm-up has; 0 for none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 0.</exception>
    public long WarmUp
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(WarmUp));
            field = value;
        }
    }

    /// <summary>The factor of the learning rate.</summary>
    /// <param name="update">The number of the update that is to come: 1 for the first.</param>
    /// <param name="totalUpdates">How many there are to be; at least as many.</param>
    /// <returns>A factor of at least 0, for <see cref="Trainer.LearningRateScale"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The update is below 1 or beyond all.</exception>
    public float GetFactor(long update, long totalUpdates)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(update, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(update, totalUpdates);
        return (float)(update <= WarmUp ? (double)update / WarmUp : Factor(update - WarmUp - 1, totalUpdates - WarmUp));
    }

    /// <summary>What is known after a validation.</summary>
    /// <param name="state">What was known before it; a new one at first.</param>
    /// <param name="loss">The validation loss.</param>
    /// <returns>What is known now, with the factor that comes to that of <see cref="GetFactor"/>.</returns>
    public virtual PlateauState Observe(PlateauState state, float loss) => state;

    /// <summary>f(i).</summary>
    /// <param name="index">i, from 0.</param>
    /// <param name="count">n, the updates behind the warm-up; above i.</param>
    /// <returns>At least 0.</returns>
    protected abstract double Factor(long index, long count);

    private protected static float Share(float value, string name, bool takesZero = true)
        => value <= 1 && (takesZero ? value >= 0 : value > 0)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"Expected a value {(takesZero ? "from 0" : "above 0")} to 1.");

    /// <summary>From one value to another one by half a cosine, at a share of the way.</summary>
    private protected static double HalfCosine(double from, double to, double share)
        => to + (from - to) * (1 + Math.Cos(Math.PI * share)) / 2;
}
