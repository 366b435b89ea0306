namespace FastRnn.Tests.Reference.Stacks;

/// <summary>The activations in double, from their definitions.</summary>
internal static class ReferenceActivation
{
    internal static double[] Apply(Activation g, double[] z, Smoothness smoothness) => g.Kind switch
    {
        ActivationKind.Softmax => [.. z.Select((_, i) => Softmax(z, i))],
        ActivationKind.LogSoftmax => [.. z.Select((_, i) => Math.Log(Softmax(z, i)))],
        _ => Array.ConvertAll(z, value => Apply(g, value, smoothness)),
    };

    /// <summary>How many weights of its own an activation of so many features has.</summary>
    internal static int WeightCount(Activation g, int features) => g.Kind != ActivationKind.PRelu ? 0 : g.PerFeature ? features : 1;

    /// <summary>An activation that may have slopes.</summary>
    internal static double[] Apply(Activation g, double[] z, ArraySegment<double> slopes, Smoothness smoothness)
        => g.Kind == ActivationKind.PRelu
            ? [.. z.Select((value, i) => PRelu(value, slopes[g.PerFeature ? i : 0], smoothness))]
            : Apply(g, z, smoothness);

    /// <summary>An activation of a value by itself.</summary>
    internal static double Apply(Activation g, double z, Smoothness smoothness)
    {
        (double alpha, double beta) = (g.Alpha, g.Beta);
        switch (g.Kind)
        {
            case ActivationKind.Identity:
                return z;
            case ActivationKind.Tanh:
                return Math.Tanh(z);
            case ActivationKind.Sigmoid:
                return Sigmoid(z);
            case ActivationKind.Relu:
                smoothness.Relu(z);
                return Math.Max(0, z);
            case ActivationKind.Elu:
                smoothness.Relu(z);
                return z > 0 ? z : alpha * ExpM1(z);
            case ActivationKind.Selu:
                smoothness.Relu(z);
                return beta * (z > 0 ? z : alpha * ExpM1(z));
            case ActivationKind.LeakyRelu:
                smoothness.Relu(z);
                return z > 0 ? z : alpha * z;
            case ActivationKind.ThresholdedRelu:
                smoothness.Kink(z - alpha);
                return z > alpha ? z : z <= alpha ? 0 : double.NaN;
            case ActivationKind.HardSigmoid:
                smoothness.Kink((alpha * z + beta) / alpha);
                smoothness.Kink((alpha * z + beta - 1) / alpha);
                return Math.Min(Math.Max(alpha * z + beta, 0), 1);
            case ActivationKind.HardTanh:
                smoothness.Kink(z - alpha);
                smoothness.Kink(z - beta);
                return Math.Min(Math.Max(z, alpha), beta);
            case ActivationKind.HardSwish:
                smoothness.Kink(z + 3);
                smoothness.Kink(z - 3);
                return z <= -3 ? 0 : z >= 3 ? z : z * (z + 3) / 6;
            case ActivationKind.ScaledTanh:
                return alpha * Math.Tanh(beta * z);
            case ActivationKind.Affine:
                return alpha * z + beta;
            case ActivationKind.Softplus:
                return Math.Max(z, 0) + LogP1(Math.Exp(-Math.Abs(z)));
            case ActivationKind.Softsign:
                return double.IsInfinity(z) ? Math.Sign(z) : z / (1 + Math.Abs(z));
            case ActivationKind.Silu:
                return double.IsNegativeInfinity(z) ? 0 : z * Sigmoid(z);
            case ActivationKind.Gelu:
                return double.IsNegativeInfinity(z) ? 0 : z * NormalDistribution(z);
            case ActivationKind.GeluTanh:
                return double.IsNegativeInfinity(z) ? 0 : z * Sigmoid(2 * Math.Sqrt(2 / Math.PI) * (z + 0.044715 * z * z * z));
            case ActivationKind.Mish:
                return double.IsNegativeInfinity(z) ? 0 : z * Math.Tanh(Math.Max(z, 0) + LogP1(Math.Exp(-Math.Abs(z))));
            default:
                throw new ArgumentOutOfRangeException(nameof(g), g, "Not an activation of a value by itself.");
        }
    }

    /// <summary>An activation of a clipped value, g(min(max(z, −clip), clip)). The bound itself may be a kink of g: what is beyond it stays
    /// there.</summary>
    internal static double ApplyClipped(Activation g, double z, double clip, Smoothness smoothness)
    {
        smoothness.Clip(z, clip);
        return Math.Abs(z) >= clip ? Apply(g, z > 0 ? clip : -clip, new Smoothness()) : Apply(g, z, smoothness);
    }

    internal static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));

    /// <summary>eˣ − 1 with all its digits where x is small.</summary>
    internal static double ExpM1(double x)
        => Math.Abs(x) < 1e-5 ? x + x * x / 2 + x * x * x / 6 : Math.Abs(x) < 1 ? 2 * Math.Sinh(x / 2) * Math.Exp(x / 2) : Math.Exp(x) - 1;

    /// <summary>ln(1 + x) with all its digits where x is small.</summary>
    internal static double LogP1(double x)
    {
        double sum = 1 + x;
        return sum == 1 || double.IsInfinity(x) ? x : Math.Log(sum) * (x / (sum - 1));
    }

    /// <summary>Φ(x) with all its digits where it is small.</summary>
    internal static double NormalDistribution(double x)
    {
        const double SeriesRange = 3;
        const int Terms = 200;
        if (double.IsInfinity(x))
        {
            return x > 0 ? 1 : 0;
        }

        double t = Math.Abs(x), density = Math.Exp(-t * t / 2) / Math.Sqrt(2 * Math.PI), tail;
        if (t < SeriesRange)
        {
            // ½ − φ(t)·(t + t³/3 + t⁵/15 + …)
            double sum = 0, term = t;
            for (int n = 1; n < Terms; n++)
            {
                sum += term;
                term *= t * t / (2 * n + 1);
            }

            tail = 0.5 - density * sum;
        }
        else
        {
            // φ(t) / (t + 1/(t + 2/(t + 3/(t + …))))
            double fraction = t;
            for (int n = Terms; n > 0; n--)
            {
                fraction = t + n / fraction;
            }

            tail = density / fraction;
        }

        return x > 0 ? 1 - tail : tail;
    }

    private static double PRelu(double z, double slope, Smoothness smoothness)
    {
        smoothness.Relu(z);
        return z > 0 ? z : slope * z;
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
