namespace FastRnn.Serialization;

/// <summary>
/// An activation in JSON: a text, its kind, where it has no parameters; else an object of <c>kind</c> and the parameters, of which
/// infinite ones are left out.
/// </summary>
internal static class ActivationJson
{
    private static readonly JsonNames<ActivationKind> Texts = new(
        ("identity", ActivationKind.Identity), ("tanh", ActivationKind.Tanh), ("relu", ActivationKind.Relu),
        ("sigmoid", ActivationKind.Sigmoid), ("softmax", ActivationKind.Softmax), ("logSoftmax", ActivationKind.LogSoftmax),
        ("hardSwish", ActivationKind.HardSwish), ("softplus", ActivationKind.Softplus), ("softsign", ActivationKind.Softsign),
        ("silu", ActivationKind.Silu), ("gelu", ActivationKind.Gelu), ("geluTanh", ActivationKind.GeluTanh), ("mish", ActivationKind.Mish));

    private static readonly JsonNames<ActivationKind> Objects = new(
        ("elu", ActivationKind.Elu), ("selu", ActivationKind.Selu), ("leakyRelu", ActivationKind.LeakyRelu),
        ("thresholdedRelu", ActivationKind.ThresholdedRelu), ("prelu", ActivationKind.PRelu), ("hardSigmoid", ActivationKind.HardSigmoid),
        ("hardTanh", ActivationKind.HardTanh), ("scaledTanh", ActivationKind.ScaledTanh), ("affine", ActivationKind.Affine));

    /// <summary>Writes an activation, or reads one.</summary>
    internal static Activation Exchange(JsonMembers json, string name, Activation activation)
        => json.IsText(name, Texts.Has(activation.Kind))
            ? Activation.OfKind(json.Choice(name, Texts, activation.Kind))
            : json.Object(name, new Members(activation), Exchange).Activation;

    private static Members Exchange(JsonMembers json, Members? members)
    {
        Activation activation = members?.Activation ?? Activation.Elu();
        ActivationKind kind = json.Choice("kind", Objects, activation.Kind);
        (float alpha, float beta) = (activation.Alpha, activation.Beta);
        return new Members(kind switch
        {
            ActivationKind.Elu => Activation.Elu(Alpha()),
            ActivationKind.Selu => Activation.Selu(Alpha(), Beta()),
            ActivationKind.LeakyRelu => Activation.LeakyRelu(Alpha()),
            ActivationKind.ThresholdedRelu => Activation.ThresholdedRelu(Alpha()),
            ActivationKind.PRelu => Activation.PRelu(json.Bool("perFeature", activation.PerFeature), Alpha()),
            ActivationKind.HardSigmoid => Activation.HardSigmoid(Alpha(), Beta()),
            ActivationKind.HardTanh => Activation.HardTanh(
                Bound("alpha", alpha, float.NegativeInfinity), Bound("beta", beta, float.PositiveInfinity)),
            ActivationKind.ScaledTanh => Activation.ScaledTanh(Alpha(), Beta()),
            _ => Activation.Affine(Alpha(), Beta()),
        });

        float Alpha() => json.Float("alpha", alpha);

        float Beta() => json.Float("beta", beta);

        float Bound(string name, float value, float none) => json.Has(name, float.IsFinite(value)) ? json.Float(name, value) : none;
    }

    /// <summary>An object for what exchanges objects.</summary>
    private sealed record Members(Activation Activation);
}
