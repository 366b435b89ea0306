namespace FastRnn.Training;

/// <summary>A step of a learning-rate range test.</summary>
/// <param name="LearningRate">η of the step.</param>
/// <param name="Loss">The loss before its update.</param>
/// <param name="SmoothedLoss">The exponential mean of the losses so far.</param>
public readonly record struct LearningRatePoint(float LearningRate, float Loss, float SmoothedLoss);
