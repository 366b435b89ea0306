using System.Numerics.Tensors;

namespace FastRnn.Training;

/// <summary>Gradient descent: θ ← θ − η·∂L/∂θ.</summary>
public sealed class GradientDescent : Optimizer
{
    /// <param name="learningRate">η; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate is not above 0 or not finite.</exception>
    public GradientDescent(float learningRate)
        : base(learningRate)
    {
    }

    internal override int MomentCount => 0;

    internal override void Update(Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> moments, long update)
        => TensorPrimitives.MultiplyAdd(gradients, -LearningRate, parameters, parameters);
}
