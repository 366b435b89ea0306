namespace FastRnn.Tests.Support;

/// <summary>The activations that there are, for tests of all of them; attributes hold their kinds.</summary>
internal static class Activations
{
    /// <summary>One or more of each kind without weights.</summary>
    internal static readonly Activation[] All =
    [
        Activation.Identity, Activation.Tanh, Activation.Relu, Activation.Sigmoid, Activation.Softmax, Activation.LogSoftmax,
        Activation.Elu(), Activation.Elu(0.5f), Activation.Selu(), Activation.Selu(0.75f, 0.9f), Activation.LeakyRelu(),
        Activation.LeakyRelu(-0.25f), Activation.LeakyRelu(0), Activation.ThresholdedRelu(0.25f), Activation.ThresholdedRelu(-0.375f),
        Activation.HardSigmoid(), Activation.HardSigmoid(1f / 6), Activation.HardSigmoid(-0.5f, 0.25f), Activation.HardTanh(),
        Activation.HardTanh(-0.5f, float.PositiveInfinity), Activation.HardTanh(float.NegativeInfinity, 0.625f), Activation.Relu6,
        Activation.HardSwish, Activation.ScaledTanh(1.7159f, 2f / 3), Activation.ScaledTanh(-0.5f, 0.875f),
        Activation.Affine(-0.75f, 0.125f), Activation.Softplus, Activation.Softsign, Activation.Silu, Activation.Gelu, Activation.GeluTanh, Activation.Mish,
    ];

    /// <summary>Those that a dense and a time-delay layer take.</summary>
    internal static readonly Activation[] OfLayers = [.. All, Activation.PRelu(), Activation.PRelu(perFeature: true, slope: -0.5f)];

    /// <summary>Those that a cell takes at every place.</summary>
    internal static readonly Activation[] OfCells = [.. All.Where(activation => activation.IsElementwise)];

    /// <summary>The first of a kind.</summary>
    internal static Activation Of(ActivationKind kind) => All.First(activation => activation.Kind == kind);

    /// <summary>Whether outputs stay within a few units whatever the inputs are.</summary>
    internal static bool IsBounded(Activation activation) => activation.Kind switch
    {
        ActivationKind.Tanh or ActivationKind.Sigmoid or ActivationKind.HardSigmoid or ActivationKind.ScaledTanh => true,
        ActivationKind.Softsign or ActivationKind.Softmax => true,
        ActivationKind.HardTanh => float.IsFinite(activation.Beta - activation.Alpha),
        _ => false,
    };
}
