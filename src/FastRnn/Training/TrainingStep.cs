namespace FastRnn.Training;

/// <summary>What a training step found and whether it changed the weights.</summary>
/// <param name="Loss">The loss before the update.</param>
/// <param name="GradientNorm">The Euclidean norm of all gradients together, before clipping; NaN when the loss was not finite, ∞ also
/// where it is beyond what a float holds.</param>
/// <param name="Applied">
/// False when the loss or a gradient was not finite: then weights, optimizer and carried state are as they were before the step.
/// </param>
public readonly record struct TrainingStep(float Loss, float GradientNorm, bool Applied);
