namespace FastRnn.Onnx.Format;

/// <summary>
/// An activation of the operators RNN, GRU and LSTM. Values of <c>activation_alpha</c> and <c>activation_beta</c> belong in turn to those
/// activations that take them.
/// </summary>
/// <remarks>Source: ONNX, operator RNN. ThresholdedRelu there has x for x equal to alpha too, LeakyRelu and Elu have it for 0, where it
/// makes no difference. Where fewer values are given than are taken, ONNX Runtime has those of the operators of the same names, but 0 for
/// the alpha of Affine and ThresholdedRelu and for both of ScaledTanh.</remarks>
/// <param name="Name">ONNX's</param>
/// <param name="Alpha">what it is where none is given; null where none is taken</param>
/// <param name="Beta">as alpha</param>
/// <param name="Create">makes the library's activation of alpha and beta</param>
internal sealed record RecurrentActivation(string Name, float? Alpha, float? Beta, Func<float, float, Activation> Create)
{
    /// <summary>All that ONNX has.</summary>
    internal static RecurrentActivation[] All { get; } =
    [
        new("Tanh", null, null, (_, _) => Activation.Tanh),
        new("Sigmoid", null, null, (_, _) => Activation.Sigmoid),
        new("Relu", null, null, (_, _) => Activation.Relu),
        new("Softplus", null, null, (_, _) => Activation.Softplus),
        new("Softsign", null, null, (_, _) => Activation.Softsign),
        new("Affine", 0, 0, (alpha, beta) => (alpha, beta) == (1, 0) ? Activation.Identity : Activation.Affine(alpha, beta)),
        new("Elu", 1, null, (alpha, _) => Activation.Elu(alpha)),
        new("LeakyRelu", 0.01f, null, (alpha, _) => Activation.LeakyRelu(alpha)),
        new("ThresholdedRelu", 0, null, (alpha, _) => Activation.ThresholdedRelu(alpha)),
        new("HardSigmoid", 0.2f, 0.5f, Activation.HardSigmoid),
        new("ScaledTanh", 0, 0, Activation.ScaledTanh),
    ];

    /// <summary>That of a name, whatever its case; null where ONNX has none of it.</summary>
    internal static RecurrentActivation? Of(string name)
        => Array.Find(All, known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>That of an activation of the library; null where ONNX has none.</summary>
    internal static RecurrentActivation? Of(Activation activation)
        => Of(activation.Kind == ActivationKind.Identity ? "Affine" : activation.Kind.ToString());

    /// <summary>The library's activation, with the next values of alpha and beta where it takes them.</summary>
    /// <param name="alphas">what is left of <c>activation_alpha</c></param>
    /// <param name="betas">what is left of <c>activation_beta</c></param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal Activation Take(ref ReadOnlySpan<float> alphas, ref ReadOnlySpan<float> betas)
        => Create(Next(Alpha, ref alphas), Next(Beta, ref betas));

    /// <summary>Alpha and beta of the library's activation; null where none is taken.</summary>
    internal (float? Alpha, float? Beta) ParametersOf(Activation activation)
    {
        (float alpha, float beta) = activation.Kind == ActivationKind.Identity ? (1, 0) : (activation.Alpha, activation.Beta);
        return (Alpha is null ? null : alpha, Beta is null ? null : beta);
    }

    private static float Next(float? usual, ref ReadOnlySpan<float> values)
    {
        if (usual is null || values.IsEmpty)
        {
            return usual ?? 0;
        }

        float next = values[0];
        values = values[1..];
        return next;
    }
}
