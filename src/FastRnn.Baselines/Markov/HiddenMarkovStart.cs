using System.Numerics.Tensors;
using FastRnn.Baselines.Numerics;

namespace FastRnn.Baselines.Markov;

/// <summary>The models that training starts from: chains by their topology, emissions by k-means, equal parts or chance.</summary>
internal static class HiddenMarkovStart
{
    private const double LeastFactor = 0.1;

    /// <summary>Symbols: each state has the overall shares of the symbols, changed by random factors, or, left to right, the shares in its
    /// part of each sequence.</summary>
    internal static HiddenMarkovModel<int> Categorical(
        IReadOnlyList<int[]> sequences, int symbolCount, int stateCount, HiddenMarkovOptions options)
    {
        var random = new Random(options.Seed);
        var counts = new double[stateCount * symbolCount];
        foreach (int[] sequence in sequences)
        {
            for (int t = 0; t < sequence.Length; t++)
            {
                for (int state = 0; state < stateCount; state++)
                {
                    bool isIn = options.Topology == HiddenMarkovTopology.Ergodic || Part(t, sequence.Length, stateCount) == state;
                    counts[state * symbolCount + sequence[t]] += isIn ? 1 : 0;
                }
            }
        }

        var even = new double[symbolCount];
        Array.Fill(even, 1.0 / symbolCount);
        var probabilities = new double[counts.Length];
        for (int state = 0; state < stateCount; state++)
        {
            Span<double> row = counts.AsSpan(state * symbolCount, symbolCount);
            if (options.Topology == HiddenMarkovTopology.Ergodic)
            {
                Vary(row, random);
            }

            FlooredShares.Estimate(row, even, options.ProbabilityFloor, probabilities.AsSpan(state * symbolCount, symbolCount));
        }

        var emissions = new CategoricalEmissions(stateCount, symbolCount, probabilities);
        return Model(emissions, MeanSteps(sequences, 1), options, random);
    }

    /// <summary>Vectors: the steps are assigned to states by k-means, or, left to right, by equal parts of each sequence; those of a
    /// state to its components by k-means again.</summary>
    internal static HiddenMarkovModel<float> Gaussian(
        IReadOnlyList<float[]> sequences, int size, int stateCount, HiddenMarkovOptions options)
    {
        var random = new Random(options.Seed);
        (double[] overallMeans, double[] overallVariances) = OverallMoments.Of(sequences, size);
        double[] vectors = [.. sequences.SelectMany(sequence => Precision.ToDouble(sequence))];
        double[] scaled = Scaled(vectors, overallVariances);
        int[] states = options.Topology == HiddenMarkovTopology.Ergodic
            ? KMeans.Assign(scaled, size, stateCount, random)
            : [.. sequences.SelectMany(sequence => Parts(sequence.Length / size, stateCount))];

        int components = stateCount * options.Components;
        double[] means = [.. Enumerable.Repeat(overallMeans, components).SelectMany(row => row)];
        double[] variances = [.. Enumerable.Repeat(overallVariances, components).SelectMany(row => row)];
        var moments = new GaussianMoments([.. means], size);
        for (int state = 0; state < stateCount; state++)
        {
            int[] steps = [.. Enumerable.Range(0, states.Length).Where(n => states[n] == state)];
            double[] ofState = [.. steps.SelectMany(n => scaled[(n * size)..((n + 1) * size)])];
            int[] clusters = KMeans.Assign(ofState, size, options.Components, random);
            for (int i = 0; i < steps.Length; i++)
            {
                moments.Add(state * options.Components + clusters[i], 1, vectors.AsSpan(steps[i] * size, size));
            }
        }

        double[] floors = [.. overallVariances.Select(v => Math.Max(options.VarianceFloor, v * options.VarianceFloorShare))];
        double[] lower = [.. Enumerable.Repeat(floors, components).SelectMany(row => row)];
        TensorPrimitives.Max(variances, lower, variances);
        moments.Estimate(means, variances, floors);
        var even = new double[options.Components];
        Array.Fill(even, 1.0 / options.Components);
        var weights = new double[components];
        for (int first = 0; first < components; first += options.Components)
        {
            FlooredShares.Estimate(
                moments.Weights.Slice(first, options.Components), even, options.ProbabilityFloor,
                weights.AsSpan(first, options.Components));
        }

        var emissions = new GaussianEmissions(stateCount, options.Components, size, weights, means, variances);
        return Model(emissions, MeanSteps(sequences, size), options, random);
    }

    private static HiddenMarkovModel<T> Model<T>(Emissions<T> emissions, double meanSteps, HiddenMarkovOptions options, Random random)
        where T : struct
    {
        int states = emissions.StateCount;
        var initial = new double[states];
        var transitions = new double[states * states];
        if (options.Topology == HiddenMarkovTopology.LeftToRight)
        {
            // A state is left after as many steps as its part of a sequence has.
            double leave = Math.Min(0.5, states / meanSteps);
            initial[0] = 1;
            for (int state = 0; state < states - 1; state++)
            {
                transitions[state * states + state] = 1 - leave;
                transitions[state * states + state + 1] = leave;
            }

            transitions[^1] = 1;
        }
        else
        {
            Array.Fill(transitions, 1);
            Array.Fill(initial, 1);
            Vary(initial, random);
            for (int state = 0; state < states; state++)
            {
                Vary(transitions.AsSpan(state * states, states), random);
            }
        }

        return new HiddenMarkovModel<T>(initial, transitions, emissions);
    }

    /// <summary>Multiplies by random factors, and makes the sum 1. The factors, exponential ones and a little more, differ so much that
    /// training does not begin on the plateau where all states are alike.</summary>
    private static void Vary(Span<double> values, Random random)
    {
        foreach (ref double value in values)
        {
            value *= LeastFactor - Math.Log(1 - random.NextDouble());
        }

        TensorPrimitives.Divide(values, TensorPrimitives.Sum<double>(values), values);
    }

    private static double[] Scaled(double[] vectors, double[] variances)
        => [.. vectors.Select((value, i) => variances[i % variances.Length] is > 0 and double v ? value / Math.Sqrt(v) : value)];

    private static double MeanSteps<T>(IReadOnlyList<T[]> sequences, int width)
        => sequences.Average(sequence => (double)sequence.Length / width);

    private static IEnumerable<int> Parts(int steps, int count) => Enumerable.Range(0, steps).Select(t => Part(t, steps, count));

    /// <summary>Which of so many equal parts of a sequence a step is in.</summary>
    private static int Part(int step, int steps, int count) => (int)((long)step * count / steps);
}
