namespace FastRnn.Training;

/// <summary>The schedules of the learning rate. A warm-up of w updates can come before each:
/// <c>Schedule.Constant with { WarmUp = 100 }</c>.</summary>
public static class Schedule
{
    /// <summary>f = 1.</summary>
    public static ConstantSchedule Constant { get; } = new();

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
}
