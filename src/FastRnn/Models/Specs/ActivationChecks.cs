namespace FastRnn;

/// <summary>The checks of activations that a spec is given.</summary>
internal static class ActivationChecks
{
    /// <summary>The activation, if it goes by each value alone and has no weights of its own, as those within a cell do.</summary>
    internal static Activation InCell(this Activation activation, string parameter)
        => activation.Elementwise(parameter).WithoutWeights(parameter);

    /// <summary>The activation, if it has no weights of its own.</summary>
    internal static Activation WithoutWeights(this Activation activation, string parameter)
        => activation.HasWeights
            ? throw new ArgumentOutOfRangeException(parameter, activation, "Expected an activation without weights of its own.")
            : activation;

    /// <summary>The activation, if it goes by each value alone.</summary>
    internal static Activation Elementwise(this Activation activation, string parameter)
        => activation.IsElementwise
            ? activation
            : throw new ArgumentOutOfRangeException(parameter, activation, "Expected an activation of each value by itself.");
}
