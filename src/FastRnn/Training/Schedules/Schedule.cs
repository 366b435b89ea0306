namespace FastRnn.Training;

/// <summary>
/// The learning rate over the updates of a training, as a factor f(i) of <see cref="Optimizer.LearningRate"/>, i counting from 0. A warm-up
/// of w updates comes first: (i + 1) / w, and then f(i − w). Derive from it for a schedule of your own.
/// </summary>
public abstract record Schedule
{
    /// <summary>f = 1.</summary>
    public static Schedule Constant { get; } = new ConstantSchedule();

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

    /// <summary>f(i) = factor^⌊i / every⌋.</summary>
    /// <param name="every">After how many updates the rate falls; at least 1.</param>
    /// <param name="factor">Above 0, at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public static StepSchedule Step(long every, float factor = 0.1f) => new(every, factor);

    /// <summary>f(i) = factor^i.</summary>
    /// <param name="factor">Above 0, at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is out of its range.</exception>
    public static StepSchedule Exponential(float factor) => new(1, factor);

    /// <summary>f(i) = end + (1 − end)·(1 + cos(π·i / n)) / 2 over the n updates behind the warm-up. Source: I. Loshchilov and F. Hutter,
    /// SGDR: stochastic gradient descent with warm restarts, ICLR 2017.</summary>
    /// <param name="warmUp">How many updates the warm-up has; at least 0.</param>
    /// <param name="end">From 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public static CosineSchedule Cosine(long warmUp = 0, float end = 0) => new(end) { WarmUp = warmUp };

    /// <summary>f(i) = 1 − (1 − end)·i / n over the n updates behind the warm-up.</summary>
    /// <param name="warmUp">How many updates the warm-up has; at least 0.</param>
    /// <param name="end">From 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public static LinearSchedule Linear(long warmUp = 0, float end = 0) => new(end) { WarmUp = warmUp };

    /// <summary>
    /// Half a cosine from start to 1 over a share of all updates, and another one from 1 to end over the others. Source: L. N. Smith and
    /// N. Topin, Super-convergence: very fast training of neural networks using large learning rates, 2018, as
    /// torch.optim.lr_scheduler.OneCycleLR has it.
    /// </summary>
    /// <param name="rise">The share of the updates that the rate rises in; above 0, below 1.</param>
    /// <param name="start">f(0); above 0, at most 1.</param>
    /// <param name="end">f at the last update; from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public static OneCycleSchedule OneCycle(float rise = 0.3f, float start = 0.04f, float end = 4e-6f) => new(rise, start, end);

    /// <summary>The factor falls whenever the validation loss has stopped to fall; see <see cref="PlateauSchedule"/>.</summary>
    /// <param name="factor">What the rate is multiplied with; above 0, below 1.</param>
    /// <param name="patience">How many validations without improvement are waited for; at least 0.</param>
    /// <param name="improvement">The share by which the loss has to fall to be an improvement; from 0 up to, but not, 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public static PlateauSchedule ReduceOnPlateau(float factor = 0.1f, int patience = 10, float improvement = 1e-4f)
        => new(factor, patience, improvement);

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

    private sealed record ConstantSchedule : Schedule
    {
        protected override double Factor(long index, long count) => 1;
    }
}
