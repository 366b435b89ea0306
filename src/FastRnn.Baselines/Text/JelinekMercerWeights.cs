using System.Numerics;

namespace FastRnn.Baselines.Text;

/// <summary>
/// The weights λ of a Jelinek–Mercer interpolation, one for each length of a context and power of two of its count, fitted on held-out text
/// by expectation maximization: λ is the share of the tokens that a level is asked for which its own counts explain.
/// </summary>
internal sealed class JelinekMercerWeights
{
    private const int BucketCount = 32;
    private const int MaxIterations = 100;

    /// <summary>In nats a token.</summary>
    private const double LeastGain = 1e-7;

    /// <summary>Below 1, so that every token keeps a probability.</summary>
    private const double Largest = 1 - 1e-6;

    private readonly double[] _weights;

    private JelinekMercerWeights(int order)
    {
        _weights = new double[order * BucketCount];
        Array.Fill(_weights, 0.5);
    }

    /// <summary>λ of a context of so many tokens that is followed by so many.</summary>
    internal double Of(int length, int followers) => _weights[Index(length, followers)];

    internal static JelinekMercerWeights Fit(NGramCounts counts, ReadOnlySpan<int> heldOut, int vocabularySize)
    {
        int order = counts.Order;
        var weights = new JelinekMercerWeights(order);

        // [tokens, n]: which weight a level of a token has, below 0 for none, and the token's share there.
        var indices = new int[heldOut.Length * order];
        var shares = new double[indices.Length];
        int[] contexts = counts.NoContext();
        for (int t = 0; t < heldOut.Length; t++)
        {
            for (int k = 0; k < order; k++)
            {
                int followers = counts.Followers(contexts[k]);
                indices[t * order + k] = followers == 0 ? -1 : Index(k, followers);
                shares[t * order + k] = followers == 0 ? 0 : counts.Share(contexts[k], heldOut[t]);
            }

            counts.Advance(contexts, heldOut[t]);
        }

        double before = double.NegativeInfinity;
        for (int iteration = 0; iteration < MaxIterations; iteration++)
        {
            double logLikelihood = weights.Improve(indices, shares, order, 1.0 / vocabularySize);
            if (logLikelihood - before < LeastGain * heldOut.Length)
            {
                break;
            }

            before = logLikelihood;
        }

        return weights;
    }

    private static int Index(int length, int followers) => length * BucketCount + BitOperations.Log2((uint)followers);

    /// <summary>One iteration; returns ln P of the held-out text before it.</summary>
    private double Improve(ReadOnlySpan<int> indices, ReadOnlySpan<double> shares, int order, double uniform)
    {
        double[] asked = new double[_weights.Length], explained = new double[_weights.Length];
        var upTo = new double[order];
        double logLikelihood = 0;
        for (int start = 0; start < indices.Length; start += order)
        {
            // P of the token by the levels up to each one, from the shortest context.
            double probability = uniform;
            for (int k = 0; k < order; k++)
            {
                int index = indices[start + k];
                if (index >= 0)
                {
                    probability = _weights[index] * shares[start + k] + (1 - _weights[index]) * probability;
                }

                upTo[k] = probability;
            }

            logLikelihood += Math.Log(probability);

            // From the longest context: how probable it is that the token has come down to a level, and that it stays there.
            double comes = 1;
            for (int k = order - 1; k >= 0; k--)
            {
                int index = indices[start + k];
                if (index >= 0)
                {
                    double stays = comes * _weights[index] * shares[start + k] / upTo[k];
                    asked[index] += comes;
                    explained[index] += stays;
                    comes -= stays;
                }
            }
        }

        for (int i = 0; i < _weights.Length; i++)
        {
            if (asked[i] > 0)
            {
                _weights[i] = Math.Min(Largest, explained[i] / asked[i]);
            }
        }

        return logLikelihood;
    }
}
