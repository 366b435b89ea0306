using FastRnn.Baselines.Numerics;

namespace FastRnn.Baselines.Markov;

/// <summary>Means and variances over all steps of all sequences.</summary>
internal static class OverallMoments
{
    /// <param name="sequences">Each [T, D].</param>
    /// <param name="size">D</param>
    /// <returns>Both [D].</returns>
    internal static (double[] Means, double[] Variances) Of(IReadOnlyList<float[]> sequences, int size)
    {
        double[] means = Precision.ToDouble(sequences[0].AsSpan(0, size)), variances = new double[size];
        var moments = new GaussianMoments([.. means], size);
        foreach (float[] sequence in sequences)
        {
            double[] values = Precision.ToDouble(sequence);
            for (int start = 0; start < values.Length; start += size)
            {
                moments.Add(0, 1, values.AsSpan(start, size));
            }
        }

        moments.Estimate(means, variances, new double[size]);
        return (means, variances);
    }
}
