namespace FastRnn.Serialization;

/// <summary>How a framework names the vectors of normalizations and of PReLU, and the ε that normalizations have there unless told
/// otherwise. Sources: torch/nn/modules/{normalization,batchnorm,activation}.py of PyTorch;
/// keras/src/layers/{normalization,activations} of Keras 3.</summary>
/// <param name="Scale">the gain of a layer or a batch normalization</param>
/// <param name="Shift">its bias</param>
/// <param name="RmsScale">the gain of an RMS normalization</param>
/// <param name="Mean">the mean that a batch normalization has kept</param>
/// <param name="Variance">its variance</param>
/// <param name="Count">how many batches it has seen, which nothing needs; null where this is not there</param>
/// <param name="Slopes">those of a PReLU</param>
/// <param name="HasStepAxis">whether the slopes of a PReLU over sequences have a dimension of length 1 for the steps</param>
/// <param name="Epsilon">ε of a layer or a batch normalization</param>
/// <param name="RmsEpsilon">ε of an RMS normalization; null where it depends on more than the module</param>
internal sealed record VectorNames(
    string Scale,
    string Shift,
    string RmsScale,
    string Mean,
    string Variance,
    string? Count,
    string Slopes,
    bool HasStepAxis,
    float Epsilon,
    float? RmsEpsilon)
{
    internal static VectorNames PyTorch { get; } = new(
        "weight", "bias", "weight", "running_mean", "running_var", "num_batches_tracked", "weight", HasStepAxis: false, 1e-5f, null);

    internal static VectorNames Keras { get; } = new(
        "gamma", "beta", "scale", "moving_mean", "moving_variance", null, "alpha", HasStepAxis: true, 1e-3f, 1e-6f);
}
