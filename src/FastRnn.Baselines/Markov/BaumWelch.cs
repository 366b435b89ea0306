using FastRnn.Baselines.Numerics;

namespace FastRnn.Baselines.Markov;

/// <summary>
/// Trains hidden Markov models by expectation maximization. Each iteration computes γ⟨t⟩(i) and Σₜ ξ⟨t⟩(i, j) of all sequences by the
/// forward and the backward recursion, and then sets πᵢ to the share of γ⟨1⟩(i), aᵢⱼ to Σ ξ(i, j) / Σⱼ Σ ξ(i, j), and the emissions of
/// state j to the most probable ones under the weights γ(j). No iteration lowers the likelihood of all sequences, as long as the model it
/// starts from keeps to the floors of the options, as those made here do. The result is a local maximum, which depends on the start.
/// Source: L. E. Baum, T. Petrie, G. Soules and N. Weiss, A maximization technique occurring in the statistical analysis of probabilistic
/// functions of Markov chains, Annals of Mathematical Statistics 41, 1970; for mixtures B.-H. Juang, Maximum-likelihood estimation for
/// mixture multivariate stochastic observations of Markov chains, AT&amp;T Technical Journal 64, 1985.
/// </summary>
public static class BaumWelch
{
    /// <summary>Trains a model of symbols.</summary>
    /// <param name="sequences">Sequences of symbols, each with at least one.</param>
    /// <param name="symbolCount">V, at least 1.</param>
    /// <param name="stateCount">S, at least 1.</param>
    /// <param name="options">The start and the end of training; null for the defaults.</param>
    /// <exception cref="ArgumentException">There is no sequence, or one is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1 or makes tables that an array can't hold, a symbol is not below
    /// V, or an option is out of range.</exception>
    public static BaumWelchResult<int> Categorical(
        IReadOnlyList<int[]> sequences, int symbolCount, int stateCount, HiddenMarkovOptions? options = null)
    {
        options = Checked(options);
        Guard.AtLeast(stateCount, 1, nameof(stateCount));
        Guard.AtLeast(symbolCount, 1, nameof(symbolCount));
        Guard.TableSize((Int128)stateCount * Math.Max(stateCount, symbolCount), nameof(stateCount), stateCount, "[S, S] or [S, V]");
        SequenceGuard.All(
            sequences, nameof(sequences), (sequence, name) => SequenceGuard.Symbols(sequence, symbolCount, nameof(sequences), name));
        return Run(HiddenMarkovStart.Categorical(sequences, symbolCount, stateCount, options), sequences, options);
    }

    /// <summary>Trains a model of vectors, with <see cref="HiddenMarkovOptions.Components"/> diagonal Gaussians for each state.</summary>
    /// <param name="sequences">Sequences of vectors [T, D], each with at least one.</param>
    /// <param name="size">D, at least 1.</param>
    /// <param name="stateCount">S, at least 1.</param>
    /// <param name="options">The start and the end of training; null for the defaults.</param>
    /// <exception cref="ArgumentException">There is no sequence, one is empty or no multiple of D long, or a value is NaN or infinite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1 or makes tables that an array can't hold, or an option is out of
    /// range.</exception>
    public static BaumWelchResult<float> Gaussian(
        IReadOnlyList<float[]> sequences, int size, int stateCount, HiddenMarkovOptions? options = null)
    {
        options = Checked(options);
        Guard.AtLeast(stateCount, 1, nameof(stateCount));
        Guard.AtLeast(size, 1, nameof(size));
        Int128 parameters = (Int128)options.Components * size;
        Guard.TableSize(stateCount * Int128.Max(stateCount, parameters), nameof(stateCount), stateCount, "[S, S] or [S, K, D]");
        SequenceGuard.All(
            sequences, nameof(sequences), (sequence, name) => SequenceGuard.Vectors(sequence, size, nameof(sequences), name));
        return Run(HiddenMarkovStart.Gaussian(sequences, size, stateCount, options), sequences, options);
    }

    /// <summary>Trains on from a model.</summary>
    /// <typeparam name="T">int for symbols, float for vectors.</typeparam>
    /// <param name="start">The model to start from; what has the probability 0 in it keeps that.</param>
    /// <param name="sequences">Sequences that the model can emit.</param>
    /// <param name="options">When training ends, and the floors; null for the defaults.</param>
    /// <exception cref="ArgumentException">There is no sequence, or one is empty, does not fit the model, or can't be emitted by it.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A symbol or an option is out of range.</exception>
    public static BaumWelchResult<T> Train<T>(
        HiddenMarkovModel<T> start, IReadOnlyList<T[]> sequences, HiddenMarkovOptions? options = null)
        where T : struct
    {
        ArgumentNullException.ThrowIfNull(start);
        options = Checked(options);
        SequenceGuard.All(sequences, nameof(sequences), (sequence, name) => start.Emissions.Check(sequence, nameof(sequences), name));
        return Run(start, sequences, options);
    }

    private static HiddenMarkovOptions Checked(HiddenMarkovOptions? options)
    {
        options ??= new HiddenMarkovOptions();
        options.Check(nameof(options));
        return options;
    }

    private static BaumWelchResult<T> Run<T>(HiddenMarkovModel<T> model, IReadOnlyList<T[]> sequences, HiddenMarkovOptions options)
        where T : struct
    {
        double leastGain = options.Tolerance * sequences.Sum(sequence => (double)sequence.Length / model.Emissions.Width);
        EmissionFloors floors = model.Emissions.FloorsFor(sequences, options);
        var logLikelihoods = new List<double>();
        while (true)
        {
            var expected = new Expectation<T>(model, sequences);
            logLikelihoods.Add(expected.LogLikelihood);
            bool hasConverged = logLikelihoods.Count > 1 && logLikelihoods[^1] - logLikelihoods[^2] < leastGain;
            if (hasConverged || logLikelihoods.Count > options.MaxIterations)
            {
                return new BaumWelchResult<T>(model, logLikelihoods, hasConverged);
            }

            model = Maximize(model, expected, sequences, floors);
        }
    }

    private static HiddenMarkovModel<T> Maximize<T>(
        HiddenMarkovModel<T> model, Expectation<T> expected, IReadOnlyList<T[]> sequences, EmissionFloors floors)
        where T : struct
    {
        int states = model.StateCount;
        double[] initial = new double[states], transitions = new double[states * states];
        FlooredShares.Estimate(expected.Initial, model.InitialProbabilities, floors.Probability, initial);
        for (int i = 0; i < states; i++)
        {
            FlooredShares.Estimate(
                expected.Transitions.AsSpan(i * states, states), model.Transitions.Slice(i * states, states), floors.Probability,
                transitions.AsSpan(i * states, states));
        }

        Emissions<T> emissions = model.Emissions.Reestimate(sequences, expected.Posteriors, floors);
        return new HiddenMarkovModel<T>(initial, transitions, emissions);
    }
}
