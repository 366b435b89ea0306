using FastRnn.Training;

namespace FastRnn.Tests.Support;

/// <summary>Updates by an optimizer alone.</summary>
internal static class OptimizerRuns
{
    /// <summary>One update of all parameters.</summary>
    internal static void Update(
        Optimizer optimizer, Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> moments, long number)
        => optimizer.Update(
            new ParameterUpdate(parameters, gradients, moments, new ParameterRange(0, parameters.Length, Decays: true))
            {
                Number = number,
                LearningRate = optimizer.LearningRate,
                WeightDecay = optimizer.WeightDecay,
            });
}
