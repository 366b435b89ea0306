namespace FastRnn.Training;

/// <summary>What was seen of a matrix or a vector of weights. Norms are Euclidean.</summary>
/// <param name="Name">Such as <c>layers.0.recurrentWeights</c>.</param>
/// <param name="IsVector">Whether it is a vector.</param>
/// <param name="IsTrained">Whether training changes it; it does not where its layer is frozen.</param>
/// <param name="WeightNorm">‖θ‖.</param>
/// <param name="GradientNorm">‖∂L/∂θ‖, before clipping.</param>
/// <param name="UpdateNorm">‖Δθ‖ of the update that the optimizer would make.</param>
public sealed record TensorDiagnosis(string Name, bool IsVector, bool IsTrained, double WeightNorm, double GradientNorm, double UpdateNorm)
{
    /// <summary>‖Δθ‖/‖θ‖, often around 10⁻³ where training goes well; NaN for a tensor of zeros.</summary>
    public double UpdateRatio => UpdateNorm / WeightNorm;
}
