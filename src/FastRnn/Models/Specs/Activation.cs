namespace FastRnn;

/// <summary>The activations of cells and layers; each says which of them it takes. A NaN in is a NaN out.</summary>
public enum Activation
{
    /// <summary>g(x) = x.</summary>
    Identity,

    /// <summary>g(x) = tanh(x), within [−1, 1]; ±1 for ±∞.</summary>
    Tanh,

    /// <summary>g(x) = max(0, x); 0 for −∞, ∞ for ∞.</summary>
    Relu,

    /// <summary>g(x) = 1 / (1 + e⁻ˣ), the logistic sigmoid, within [0, 1]; 0 for −∞, 1 for ∞.</summary>
    Sigmoid,

    /// <summary>
    /// g(x)ᵢ = exp(xᵢ) / Σⱼ exp(xⱼ), over the values of one step. A NaN or ∞ among them, or nothing but −∞, makes all of them NaN.
    /// </summary>
    Softmax,
}
