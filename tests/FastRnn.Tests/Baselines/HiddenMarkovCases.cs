using FastRnn.Baselines.Markov;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Baselines;

/// <summary>Random models of each kind of emissions.</summary>
internal static class HiddenMarkovCases
{
    internal static HiddenMarkovCase<int> Categorical(int seed, int states, int symbols, int steps)
    {
        var random = new Random(seed);
        double[] probabilities = Rows(random, states, symbols);
        var emissions = new CategoricalEmissions(states, symbols, probabilities);
        int[] sequence = RandomData.Indices(random, steps, symbols);
        return new(Model(random, emissions), sequence, (t, state) => probabilities[state * symbols + sequence[t]]);
    }

    /// <summary>With one component a diagonal Gaussian, made by the constructor for that.</summary>
    internal static HiddenMarkovCase<float> Gaussian(int seed, int states, int components, int size, int steps)
    {
        var random = new Random(seed);
        double[] weights = Rows(random, states, components);
        double[] means = RandomData.ToDouble(RandomData.Uniform(random, states * components * size, bound: 2));
        double[] variances = [.. means.Select(_ => 0.3 + random.NextDouble())];
        GaussianEmissions emissions = components == 1
            ? new(states, size, means, variances)
            : new(states, components, size, weights, means, variances);
        float[] sequence = RandomData.Uniform(random, steps * size, bound: 2);
        return new(Model(random, emissions), sequence, (t, state) => Enumerable.Range(0, components).Sum(k => Component(t, state, k)));

        double Component(int t, int state, int k)
        {
            double density = weights[state * components + k];
            for (int d = 0; d < size; d++)
            {
                int i = (state * components + k) * size + d;
                double distance = sequence[t * size + d] - means[i];
                density *= Math.Exp(-0.5 * distance * distance / variances[i]) / Math.Sqrt(2 * Math.PI * variances[i]);
            }

            return density;
        }
    }

    /// <summary>Rows of probabilities.</summary>
    internal static double[] Rows(Random random, int rows, int columns)
        => [.. Enumerable.Range(0, rows).SelectMany(_ =>
        {
            double[] row = [.. Enumerable.Range(0, columns).Select(_ => 0.05 + random.NextDouble())];
            return row.Select(value => value / row.Sum());
        })];

    private static HiddenMarkovModel<T> Model<T>(Random random, Emissions<T> emissions)
        where T : struct
        => new(Rows(random, 1, emissions.StateCount), Rows(random, emissions.StateCount, emissions.StateCount), emissions);
}
