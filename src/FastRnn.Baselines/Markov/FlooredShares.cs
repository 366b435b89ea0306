using System.Numerics.Tensors;

namespace FastRnn.Baselines.Markov;

/// <summary>Probabilities from counts, none of them too small.</summary>
internal static class FlooredShares
{
    /// <summary>The floor is never more than this share of an even distribution.</summary>
    private const double LargestShareOfEven = 0.5;

    /// <summary>
    /// The p that maximizes Σᵢ countᵢ·ln pᵢ with Σᵢ pᵢ = 1 and pᵢ ≥ floor: what lies below the floor is raised to it, and the others
    /// share the rest by their counts. A probability that was 0 stays 0; without any count, all stay what they were.
    /// </summary>
    /// <param name="counts">At least 0 [n]; 0 wherever the previous probability is 0.</param>
    /// <param name="previous">[n]</param>
    /// <param name="floor">At least 0.</param>
    /// <param name="shares">Receives the probabilities [n].</param>
    internal static void Estimate(
        ReadOnlySpan<double> counts, ReadOnlySpan<double> previous, double floor, Span<double> shares)
    {
        previous.CopyTo(shares);
        int possible = previous.Length - previous.Count(0.0);
        floor = Math.Min(floor, LargestShareOfEven / possible);
        double sum = TensorPrimitives.Sum(counts);
        if (!(sum > 0))
        {
            return;
        }

        double rest = 1;
        var isRaised = new bool[counts.Length];
        bool isDone;
        do
        {
            // Raising one leaves less for the others, which may bring more of them below the floor.
            isDone = true;
            double factor = rest / sum;
            for (int i = 0; i < counts.Length; i++)
            {
                if (previous[i] > 0 && !isRaised[i])
                {
                    shares[i] = counts[i] * factor;
                    if (shares[i] < floor)
                    {
                        shares[i] = floor;
                        isRaised[i] = true;
                        rest -= floor;
                        sum -= counts[i];
                        isDone = false;
                    }
                }
            }
        }
        while (!isDone);
    }
}
