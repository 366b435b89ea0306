namespace FastRnn.Tests.Reference.Stacks;

/// <summary>The activations in double, from their definitions.</summary>
internal static class ReferenceActivation
{
    internal static double[] Apply(Activation g, double[] z, Smoothness smoothness)
    {
        var y = new double[z.Length];
        for (int i = 0; i < z.Length; i++)
        {
            y[i] = g switch
            {
                Activation.Identity => z[i],
                Activation.Tanh => Math.Tanh(z[i]),
                Activation.Relu => Relu(z[i], smoothness),
                Activation.Sigmoid => Sigmoid(z[i]),
                Activation.Softmax => Softmax(z, i),
                _ => throw new ArgumentOutOfRangeException(nameof(g), g, "Not an activation."),
            };
        }

        return y;
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
