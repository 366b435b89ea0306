namespace FastRnn.Baselines.Numerics;

/// <summary>Random numbers of other distributions.</summary>
internal static class Drawing
{
    /// <summary>An index by its probability; the probabilities sum to 1 but for rounding.</summary>
    internal static int Index(ReadOnlySpan<double> probabilities, Random random)
    {
        double left = random.NextDouble();
        int last = 0;
        for (int i = 0; i < probabilities.Length; i++)
        {
            if (probabilities[i] > 0)
            {
                last = i;
                left -= probabilities[i];
                if (left < 0)
                {
                    break;
                }
            }
        }

        return last;
    }

    /// <summary>A standard normal value, by the transformation of Box and Muller.</summary>
    internal static double Normal(Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
