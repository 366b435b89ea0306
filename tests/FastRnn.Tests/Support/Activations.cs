namespace FastRnn.Tests.Support;

/// <summary>The activations that there are, for tests of all of them; attributes hold their kinds.</summary>
internal static class Activations
{
    /// <summary>One of each kind.</summary>
    internal static readonly Activation[] All =
    [
        Activation.Identity, Activation.Tanh, Activation.Relu, Activation.Sigmoid, Activation.Softmax,
    ];

    /// <summary>Those that a cell takes at every place.</summary>
    internal static readonly Activation[] OfCells = [.. All.Where(activation => activation.IsElementwise && !activation.HasWeights)];

    /// <summary>That of a kind.</summary>
    internal static Activation Of(ActivationKind kind) => All.First(activation => activation.Kind == kind);
}
