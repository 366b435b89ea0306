namespace FastRnn.Training;

/// <summary>The losses of training steps at learning rates that grow from step to step, and the rate that they suggest.</summary>
/// <param name="Points">The steps, up to the last or to where the loss has diverged.</param>
/// <param name="Suggested">The learning rate at which the smoothed loss falls most steeply over the logarithm of the rate; null where it
/// never falls.</param>
public sealed record LearningRateRange(IReadOnlyList<LearningRatePoint> Points, float? Suggested);
