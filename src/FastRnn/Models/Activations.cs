using FastRnn.Kernels;

namespace FastRnn;

/// <summary>The kernels of the activations.</summary>
internal static class Activations
{
    /// <summary>The activation, if it is one.</summary>
    internal static Activation Known(Activation activation, string parameter)
        => activation is >= Activation.Identity and <= Activation.Softmax
            ? activation
            : throw new ArgumentOutOfRangeException(parameter, activation, "Expected one of the activations that the enumeration names.");

    internal static RowActivation Rows(Activation activation) => activation switch
    {
        Activation.Tanh => RowActivation.Tanh,
        Activation.Relu => RowActivation.Relu,
        Activation.Sigmoid => RowActivation.Sigmoid,
        Activation.Softmax => RowActivation.Softmax,
        _ => RowActivation.Identity,
    };
}
