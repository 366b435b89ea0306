using System.Numerics.Tensors;

namespace FastRnn.Baselines.Markov;

/// <summary>
/// The most probable path: ln δ⟨t⟩(j) = maxᵢ (ln δ⟨t−1⟩(i) + ln aᵢⱼ) + ln bⱼ(x⟨t⟩), and back from the best last state. Source: A. J.
/// Viterbi, Error bounds for convolutional codes and an asymptotically optimum decoding algorithm, IEEE Transactions on Information
/// Theory 13, 1967.
/// </summary>
internal static class Viterbi
{
    /// <param name="logEmissions">[T, S]</param>
    internal static StatePath Decode(MarkovChain chain, ReadOnlySpan<double> logEmissions)
    {
        int states = chain.StateCount;
        int steps = logEmissions.Length / states;
        var best = new double[states];
        var next = new double[states];
        var scratch = new double[states];
        var before = new int[logEmissions.Length];
        TensorPrimitives.Add(chain.LogInitial, logEmissions[..states], best);
        for (int t = 1; t < steps; t++)
        {
            for (int j = 0; j < states; j++)
            {
                TensorPrimitives.Add(best, chain.LogInto(j), scratch);
                int from = TensorPrimitives.IndexOfMax<double>(scratch);
                before[t * states + j] = from;
                next[j] = scratch[from] + logEmissions[t * states + j];
            }

            (best, next) = (next, best);
        }

        var path = new int[steps];
        path[^1] = TensorPrimitives.IndexOfMax<double>(best);
        for (int t = steps - 1; t > 0; t--)
        {
            path[t - 1] = before[t * states + path[t]];
        }

        return new StatePath(path, best[path[^1]]);
    }
}
