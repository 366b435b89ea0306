namespace FastRnn.Tests.Reference;

/// <summary>The optimizers and clipping in double, straight from the papers' algorithms.</summary>
internal static class ReferenceOptimizers
{
    /// <summary>g ← g·min(1, c/‖g‖); returns ‖g‖.</summary>
    internal static double Clip(double[] gradients, double maxNorm)
    {
        double norm = Math.Sqrt(gradients.Sum(g => g * g));
        if (norm > maxNorm)
        {
            for (int i = 0; i < gradients.Length; i++)
            {
                gradients[i] *= maxNorm / norm;
            }
        }

        return norm;
    }

    internal static void Sgd(double[] parameters, double[] gradients, double rate)
    {
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i] -= rate * gradients[i];
        }
    }

    /// <summary>Kingma and Ba, algorithm 1.</summary>
    internal sealed class Adam(int length, double rate, double beta1, double beta2, double epsilon)
    {
        private readonly double[] _m = new double[length];
        private readonly double[] _v = new double[length];
        private int _update;

        internal void Update(double[] parameters, double[] gradients)
        {
            _update++;
            for (int i = 0; i < length; i++)
            {
                _m[i] = beta1 * _m[i] + (1 - beta1) * gradients[i];
                _v[i] = beta2 * _v[i] + (1 - beta2) * gradients[i] * gradients[i];
                double mean = _m[i] / (1 - Math.Pow(beta1, _update));
                double square = _v[i] / (1 - Math.Pow(beta2, _update));
                parameters[i] -= rate * mean / (Math.Sqrt(square) + epsilon);
            }
        }
    }
}
