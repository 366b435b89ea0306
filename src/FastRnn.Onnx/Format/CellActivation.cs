namespace FastRnn.Onnx.Format;

/// <summary>The activations of the operators RNN, GRU and LSTM: their names, whatever the case, and their numbers alpha and beta.</summary>
/// <param name="Name">ONNX's name</param>
/// <param name="Alpha">the alpha where none is given; NaN where one has to be given, null where the activation has none</param>
/// <param name="Beta">the same for beta</param>
internal sealed record CellActivation(string Name, float? Alpha, float? Beta)
{
    /// <summary>Affine and ScaledTanh have other defaults in ONNX Runtime than in the operators' specification: theirs have to be given.
    /// </summary>
    internal static readonly CellActivation[] All =
    [
        new("Tanh", null, null), new("Sigmoid", null, null), new("Relu", null, null), new("Affine", float.NaN, float.NaN),
        new("LeakyRelu", 0.01f, null), new("ThresholdedRelu", 1, null), new("ScaledTanh", float.NaN, float.NaN),
        new("HardSigmoid", 0.2f, 0.5f), new("Elu", 1, null), new("Softsign", null, null), new("Softplus", null, null),
    ];

    /// <summary>The activation of a name; null where ONNX has none.</summary>
    internal static CellActivation? Find(string name)
        => Array.Find(All, known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>How a cell's activation is written; null where ONNX has nothing for it.</summary>
    internal static (CellActivation Named, float Alpha, float Beta)? Of(Activation activation) => activation.Kind switch
    {
        ActivationKind.Identity => (Find("Affine")!, 1, 0),
        ActivationKind.HardSigmoid or ActivationKind.Affine or ActivationKind.ScaledTanh or ActivationKind.LeakyRelu or ActivationKind.Elu
            or ActivationKind.ThresholdedRelu or ActivationKind.Tanh or ActivationKind.Sigmoid or ActivationKind.Relu
            or ActivationKind.Softsign or ActivationKind.Softplus
            => (Find(activation.Kind.ToString())!, activation.Alpha, activation.Beta),
        _ => null,
    };

    /// <summary>The library's activation.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    internal Activation ToActivation(float alpha, float beta) => Name switch
    {
        "Tanh" => Activation.Tanh,
        "Sigmoid" => Activation.Sigmoid,
        "Relu" => Activation.Relu,
        "Softsign" => Activation.Softsign,
        "Softplus" => Activation.Softplus,
        "LeakyRelu" => Activation.LeakyRelu(alpha),
        "ThresholdedRelu" => Activation.ThresholdedRelu(alpha),
        "Elu" => Activation.Elu(alpha),
        "HardSigmoid" => Activation.HardSigmoid(alpha, beta),
        "ScaledTanh" => Activation.ScaledTanh(alpha, beta),
        _ => (alpha, beta) == (1, 0) ? Activation.Identity : Activation.Affine(alpha, beta),
    };
}
