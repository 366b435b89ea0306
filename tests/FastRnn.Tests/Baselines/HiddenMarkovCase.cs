using FastRnn.Baselines.Markov;

namespace FastRnn.Tests.Baselines;

/// <summary>A random model and sequence, small enough to enumerate every path of states.</summary>
/// <param name="Model">The model.</param>
/// <param name="Sequence">A sequence [T, D].</param>
/// <param name="Emission">bⱼ(x⟨t⟩), computed apart from the library.</param>
internal sealed record HiddenMarkovCase<T>(HiddenMarkovModel<T> Model, T[] Sequence, Func<int, int, double> Emission)
    where T : struct
{
    internal int Steps => Sequence.Length / Model.Emissions.Width;

    /// <summary>Every path of states with P(states, sequence), the first state being the most significant digit.</summary>
    internal IEnumerable<(int[] States, double Probability)> Paths()
    {
        int states = Model.StateCount;
        int count = (int)Math.Pow(states, Steps);
        for (int number = 0; number < count; number++)
        {
            var path = new int[Steps];
            for (int t = Steps - 1, rest = number; t >= 0; t--, rest /= states)
            {
                path[t] = rest % states;
            }

            double probability = Model.InitialProbabilities[path[0]] * Emission(0, path[0]);
            for (int t = 1; t < Steps; t++)
            {
                probability *= Model.Transitions[path[t - 1] * states + path[t]] * Emission(t, path[t]);
            }

            yield return (path, probability);
        }
    }

    /// <summary>P(sequence).</summary>
    internal double Likelihood() => Paths().Sum(path => path.Probability);

    /// <summary>The same with a sequence of the first steps alone.</summary>
    internal HiddenMarkovCase<T> Prefix(int steps) => this with { Sequence = Sequence[..(steps * Model.Emissions.Width)] };
}
