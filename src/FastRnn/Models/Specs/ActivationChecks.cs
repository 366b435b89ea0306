namespace FastRnn;

/// <summary>The checks of activations that a spec is given.</summary>
internal static class ActivationChecks
{
    /// <summary>The activation, if it is one.</summary>
    internal static Activation Known(this Activation activation, string parameter)
        => activation is >= Activation.Identity and <= Activation.Softmax
            ? activation
            : throw new ArgumentOutOfRangeException(parameter, activation, "Expected one of the activations that the enumeration names.");

    /// <summary>The activation, if it goes by each value alone, as those within a cell do.</summary>
    internal static Activation Elementwise(this Activation activation, string parameter)
        => activation.Known(parameter) != Activation.Softmax
            ? activation
            : throw new ArgumentOutOfRangeException(parameter, activation, "Expected an activation of each value by itself.");
}
