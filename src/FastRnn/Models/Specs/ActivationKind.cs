namespace FastRnn;

/// <summary>The formulas that an <see cref="Activation"/> may have, each described where <see cref="Activation"/> makes it.</summary>
public enum ActivationKind
{
    /// <inheritdoc cref="Activation.Identity"/>
    Identity,

    /// <inheritdoc cref="Activation.Tanh"/>
    Tanh,

    /// <inheritdoc cref="Activation.Relu"/>
    Relu,

    /// <inheritdoc cref="Activation.Sigmoid"/>
    Sigmoid,

    /// <inheritdoc cref="Activation.Softmax"/>
    Softmax,

    /// <inheritdoc cref="Activation.LogSoftmax"/>
    LogSoftmax,

    /// <inheritdoc cref="Activation.Elu"/>
    Elu,

    /// <inheritdoc cref="Activation.Selu"/>
    Selu,

    /// <inheritdoc cref="Activation.LeakyRelu"/>
    LeakyRelu,

    /// <inheritdoc cref="Activation.ThresholdedRelu"/>
    ThresholdedRelu,

    /// <inheritdoc cref="Activation.PRelu"/>
    PRelu,

    /// <inheritdoc cref="Activation.HardSigmoid"/>
    HardSigmoid,

    /// <inheritdoc cref="Activation.HardTanh"/>
    HardTanh,

    /// <inheritdoc cref="Activation.HardSwish"/>
    HardSwish,

    /// <inheritdoc cref="Activation.ScaledTanh"/>
    ScaledTanh,

    /// <inheritdoc cref="Activation.Affine"/>
    Affine,

    /// <inheritdoc cref="Activation.Softplus"/>
    Softplus,

    /// <inheritdoc cref="Activation.Softsign"/>
    Softsign,

    /// <inheritdoc cref="Activation.Silu"/>
    Silu,

    /// <inheritdoc cref="Activation.Gelu"/>
    Gelu,

    /// <inheritdoc cref="Activation.GeluTanh"/>
    GeluTanh,

    /// <inheritdoc cref="Activation.Mish"/>
    Mish,
}
