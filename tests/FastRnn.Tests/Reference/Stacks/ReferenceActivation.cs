namespace FastRnn.Tests.Reference.Stacks;

/// <summary>The activations in double, from their definitions.</summary>
internal static class ReferenceActivation
{
    internal static double[] Apply(Activation g, double[] z, Smoothness smoothness)
        => g == Activation.Softmax ? [.. z.Select((_, i) => Softmax(z, i))] : Array.ConvertAll(z, value => Apply(g, value, smoothness));

    /// <summary>An activation of a value by itself.</summary>
    internal static double Apply(Activation g, double z, Smoothness smoothness) => g.Kind switch
    {
        ActivationKind.Identity => z,
        ActivationKind.Tanh => Math.Tanh(z),
        ActivationKind.Relu => Relu(z, smoothness),
        ActivationKind.Sigmoid => Sigmoid(z),
        _ => throw new ArgumentOutOfRangeException(nameof(g), g, "Not an activation of a value by itself."),
    };

    /// <summary>An activation of a clipped value, g(min(max(z, −clip), clip)).</summary>
    internal static double ApplyClipped(Activation g, double z, double clip, Smoothness smoothness)
    {
        smoothness.Clip(z, clip);
        return Apply(g, Math.Min(Math.Max(z, -clip), clip), smoothness);
    }

    internal static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));

    private static double Relu(double z, Smoothness smoothness)
    {
        smoothness.Relu(z);
        return Math.Max(0, z);
    }

    private static double Softmax(double[] z, int i)
    {
        double sum = 0;
        foreach (double other in z)
        {
            sum += Math.Exp(other - z[i]);
        }

        return 1 / sum;
    }
}
