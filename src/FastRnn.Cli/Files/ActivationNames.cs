using System.Globalization;

namespace FastRnn.Cli.Files;

/// <summary>Activations as the tool reads and writes them: a name, with parameters in parentheses, such as <c>leaky-relu(0.1)</c>.
/// </summary>
internal static class ActivationNames
{
    /// <summary>The names, the number of parameters, the activation without any given, and how it is made of them.</summary>
    private static readonly (string Name, int Count, Activation? Usual, Func<float, float, Activation> Make)[] All =
    [
        Plain("identity", Activation.Identity), Plain("tanh", Activation.Tanh), Plain("sigmoid", Activation.Sigmoid),
        Plain("relu", Activation.Relu), Plain("softmax", Activation.Softmax), Plain("log-softmax", Activation.LogSoftmax),
        Plain("softplus", Activation.Softplus), Plain("softsign", Activation.Softsign), Plain("silu", Activation.Silu),
        Plain("gelu", Activation.Gelu), Plain("gelu-tanh", Activation.GeluTanh), Plain("mish", Activation.Mish),
        Plain("hard-swish", Activation.HardSwish),
        ("elu", 1, Activation.Elu(), (alpha, _) => Activation.Elu(alpha)),
        ("leaky-relu", 1, Activation.LeakyRelu(), (alpha, _) => Activation.LeakyRelu(alpha)),
        ("thresholded-relu", 1, Activation.ThresholdedRelu(), (theta, _) => Activation.ThresholdedRelu(theta)),
        ("selu", 2, Activation.Selu(), Activation.Selu),
        ("hard-sigmoid", 2, Activation.HardSigmoid(), Activation.HardSigmoid),
        ("hard-tanh", 2, Activation.HardTanh(), Activation.HardTanh),
        ("scaled-tanh", 2, null, Activation.ScaledTanh),
        ("affine", 2, null, Activation.Affine),
        Plain("relu6", Activation.HardTanh(0, 6)),
    ];

    private static readonly Dictionary<ActivationKind, string> ByKind =
        All.Select(entry => ((entry.Usual ?? entry.Make(1, 1)).Kind, entry.Name)).DistinctBy(entry => entry.Kind).ToDictionary();

    /// <summary>How they are written, for messages.</summary>
    internal static string List { get; }
        = string.Join(", ", All.Select(entry => entry.Name + (entry.Count switch
        {
            0 => string.Empty,
            1 => "(α)",
            _ => "(α, β)",
        })));

    /// <summary>The name and the parameters of an activation. That of a PReLU can't be read back: its slopes are weights.</summary>
    internal static string Of(Activation activation)
    {
        if (activation.Kind == ActivationKind.PRelu)
        {
            return "prelu";
        }

        string text = activation.ToString();
        int start = text.IndexOf('(', StringComparison.Ordinal);
        return ByKind[activation.Kind] + (start < 0 ? string.Empty : text[start..]);
    }

    /// <summary>The activation of that name and those parameters, or with those that it has unless told otherwise; null where it is none.
    /// </summary>
    internal static Activation? Find(string text)
    {
        int start = text.IndexOf('(', StringComparison.Ordinal);
        string name = start < 0 ? text : text[..start];
        int index = Array.FindIndex(All, entry => entry.Name == name);
        if (index < 0 || (start >= 0 && text[^1] != ')'))
        {
            return null;
        }

        (string _, int count, Activation? usual, Func<float, float, Activation> make) = All[index];
        return start < 0 ? usual : Make(count, make, text[(start + 1)..^1].Split(','));
    }

    private static Activation? Make(int count, Func<float, float, Activation> make, string[] texts)
    {
        var values = new float[2];
        for (int i = 0; i < texts.Length; i++)
        {
            if (texts.Length != count || !float.TryParse(texts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]))
            {
                return null;
            }
        }

        try
        {
            return make(values[0], values[1]);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static (string Name, int Count, Activation? Usual, Func<float, float, Activation> Make) Plain(
        string name, Activation activation)
        => (name, 0, activation, (_, _) => activation);
}
