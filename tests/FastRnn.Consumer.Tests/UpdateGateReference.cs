namespace FastRnn.Consumer.Tests;

/// <summary>A layer of <see cref="UpdateGateCell"/> in double, an element at a time, and its squared error.</summary>
internal sealed class UpdateGateReference(int inputs, int hidden)
{
    internal int ParameterCount => 2 * hidden * (inputs + hidden + 1);

    /// <param name="p">Wx [2·H, I], Wh [2·H, H], b [2·H]</param>
    /// <param name="x">[T, N, I]</param>
    /// <returns>[T, N, H], zeros beyond a sequence's end</returns>
    internal double[] Run(double[] p, float[] x, int[] lengths, int steps)
    {
        int batch = lengths.Length;
        var h = new double[steps * batch * hidden];
        for (int n = 0; n < batch; n++)
        {
            double[] previous = new double[hidden];
            for (int t = 0; t < lengths[n]; t++)
            {
                ReadOnlySpan<float> input = x.AsSpan((t * batch + n) * inputs, inputs);
                var next = new double[hidden];
                for (int unit = 0; unit < hidden; unit++)
                {
                    double c = Math.Tanh(PreActivation(p, unit, input, previous));
                    double g = 1 / (1 + Math.Exp(-PreActivation(p, hidden + unit, input, previous)));
                    next[unit] = g * previous[unit] + (1 - g) * c;
                }

                next.CopyTo(h, (t * batch + n) * hidden);
                previous = next;
            }
        }

        return h;
    }

    /// <summary>½‖h − y‖², the mean over the steps that the sequences have.</summary>
    internal double Loss(double[] p, float[] x, float[] targets, int[] lengths, int steps)
    {
        double[] h = Run(p, x, lengths, steps);
        double sum = 0;
        for (int i = 0; i < h.Length; i++)
        {
            int row = i / hidden;
            double error = row / lengths.Length < lengths[row % lengths.Length] ? h[i] - targets[i] : 0;
            sum += error * error / 2;
        }

        return sum / lengths.Sum();
    }

    private double PreActivation(double[] p, int row, ReadOnlySpan<float> input, double[] previous)
    {
        double z = p[2 * hidden * (inputs + hidden) + row];
        for (int i = 0; i < inputs; i++)
        {
            z += p[row * inputs + i] * input[i];
        }

        for (int i = 0; i < hidden; i++)
        {
            z += p[2 * hidden * inputs + row * hidden + i] * previous[i];
        }

        return z;
    }
}
