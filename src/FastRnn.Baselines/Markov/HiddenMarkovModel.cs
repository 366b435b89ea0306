using FastRnn.Baselines.Numerics;

namespace FastRnn.Baselines.Markov;

/// <summary>
/// A hidden Markov model of S states: the first state is i with the probability πᵢ, the state after i is j with the probability aᵢⱼ, and
/// state j emits the value of a step with bⱼ. There is no end state: a sequence may stop anywhere. Everything is computed in double and
/// in log space. Immutable, so any number of threads may use it. Source: L. R. Rabiner, A tutorial on hidden Markov models and selected
/// applications in speech recognition, Proceedings of the IEEE 77, 1989. <see cref="BaumWelch"/> trains one.
/// </summary>
/// <typeparam name="T">int for sequences of symbols [T], float for sequences of vectors [T, D], row after row.</typeparam>
/// <remarks>
/// Symbols out of range and values that are NaN or infinite are refused by every method that takes a sequence.
/// </remarks>
public sealed class HiddenMarkovModel<T>
    where T : struct
{
    private readonly double[] _initial;
    private readonly double[] _transitions;

    /// <param name="initialProbabilities">π [S], at least 0, with the sum 1; copied.</param>
    /// <param name="transitions">a [S, S], from the row's state to the column's, at least 0, each row with the sum 1; copied.</param>
    /// <param name="emissions">b, of S states.</param>
    /// <exception cref="ArgumentException">A length does not fit, a probability is negative or NaN, or a row has another sum.</exception>
    public HiddenMarkovModel(
        ReadOnlySpan<double> initialProbabilities, ReadOnlySpan<double> transitions, Emissions<T> emissions)
    {
        ArgumentNullException.ThrowIfNull(emissions);
        int states = emissions.StateCount;
        Guard.Probabilities(initialProbabilities, 1, states, nameof(initialProbabilities), "[S]");
        Guard.Probabilities(transitions, states, states, nameof(transitions), "[S, S]");
        _initial = initialProbabilities.ToArray();
        _transitions = transitions.ToArray();
        Emissions = emissions;
        Chain = new MarkovChain(_initial, _transitions);
    }

    /// <summary>S, the number of states.</summary>
    public int StateCount => _initial.Length;

    /// <summary>π [S].</summary>
    public ReadOnlySpan<double> InitialProbabilities => _initial;

    /// <summary>a [S, S], from the row's state to the column's.</summary>
    public ReadOnlySpan<double> Transitions => _transitions;

    /// <summary>b, what the states emit.</summary>
    public Emissions<T> Emissions { get; }

    internal MarkovChain Chain { get; }

    /// <summary>
    /// ln P(x⟨1⟩ … x⟨T⟩), the sum over all paths of states, by the forward recursion; of a density, which can be above 1, for vectors. −∞
    /// for a sequence that the model can't emit.
    /// </summary>
    /// <param name="sequence">[T] symbols, or [T, D] values; at least one step.</param>
    /// <exception cref="ArgumentException">There is no step, the length is no multiple of D, or a value is NaN or infinite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A symbol is out of range.</exception>
    public double LogLikelihood(ReadOnlySpan<T> sequence)
    {
        double[] logEmissions = Emissions.LogProbabilities(sequence);
        return ForwardBackward.Forward(Chain, logEmissions, new double[logEmissions.Length]);
    }

    /// <summary>P(state j at t | x⟨1⟩ … x⟨t⟩): what the steps so far say, by the forward recursion; each row sums to 1.</summary>
    /// <param name="sequence">[T] symbols, or [T, D] values; at least one step.</param>
    /// <returns>[T, S]</returns>
    /// <exception cref="ArgumentException">As for <see cref="LogLikelihood"/>, or the model can't emit the sequence.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A symbol is out of range.</exception>
    public double[] Filter(ReadOnlySpan<T> sequence)
    {
        double[] logEmissions = Emissions.LogProbabilities(sequence);
        var alpha = new double[logEmissions.Length];
        CheckPossible(ForwardBackward.Forward(Chain, logEmissions, alpha), nameof(sequence));
        for (int start = 0; start < alpha.Length; start += StateCount)
        {
            LogSum.Normalize(alpha.AsSpan(start, StateCount));
        }

        return alpha;
    }

    /// <summary>γ⟨t⟩(j) = P(state j at t | x⟨1⟩ … x⟨T⟩): what the whole sequence says, by the forward and the backward recursion; each
    /// row sums to 1.</summary>
    /// <param name="sequence">[T] symbols, or [T, D] values; at least one step.</param>
    /// <returns>[T, S]</returns>
    /// <exception cref="ArgumentException">As for <see cref="LogLikelihood"/>, or the model can't emit the sequence.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A symbol is out of range.</exception>
    public double[] Posteriors(ReadOnlySpan<T> sequence)
    {
        double[] logEmissions = Emissions.LogProbabilities(sequence);
        double[] alpha = new double[logEmissions.Length], beta = new double[logEmissions.Length];
        CheckPossible(ForwardBackward.Forward(Chain, logEmissions, alpha), nameof(sequence));
        ForwardBackward.Backward(Chain, logEmissions, beta);
        ForwardBackward.Posteriors(alpha, beta, StateCount, alpha);
        return alpha;
    }

    /// <summary>
    /// The path of states for which P(states, sequence) is the largest, by the Viterbi recursion; of equally probable ones, that with the
    /// lower state at the last step where they differ.
    /// </summary>
    /// <param name="sequence">[T] symbols, or [T, D] values; at least one step.</param>
    /// <exception cref="ArgumentException">As for <see cref="LogLikelihood"/>, or the model can't emit the sequence.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A symbol is out of range.</exception>
    public StatePath Decode(ReadOnlySpan<T> sequence)
    {
        StatePath path = Viterbi.Decode(Chain, Emissions.LogProbabilities(sequence));
        CheckPossible(path.LogProbability, nameof(sequence));
        return path;
    }

    /// <summary>Generates a sequence, with the states that have emitted it.</summary>
    /// <param name="steps">T, at least 1.</param>
    /// <param name="seed">The seed of all draws.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    public HiddenMarkovSample<T> Sample(int steps, int seed)
    {
        Guard.AtLeast(steps, 1, nameof(steps));
        var random = new Random(seed);
        var states = new int[steps];
        var sequence = new T[checked(steps * Emissions.Width)];
        for (int t = 0; t < steps; t++)
        {
            ReadOnlySpan<double> probabilities = t == 0 ? _initial : _transitions.AsSpan(states[t - 1] * StateCount, StateCount);
            states[t] = Drawing.Index(probabilities, random);
            Emissions.Draw(states[t], random, sequence.AsSpan(t * Emissions.Width, Emissions.Width));
        }

        return new HiddenMarkovSample<T>(sequence, states);
    }

    private static void CheckPossible(double logProbability, string parameter)
    {
        if (double.IsNegativeInfinity(logProbability))
        {
            throw new ArgumentException("Expected a sequence that the model can emit, but its probability is 0.", parameter);
        }
    }
}
