namespace FastRnn.Baselines.Markov;

/// <summary>
/// What each of S states emits at a step: a probability, or a density, of a symbol or a vector. Immutable, so any number of threads may use
/// it.
/// </summary>
/// <typeparam name="T">int for symbols (<see cref="CategoricalEmissions"/>), float for vectors (<see
/// cref="GaussianEmissions"/>).</typeparam>
public abstract class Emissions<T>
    where T : struct
{
    private protected Emissions(int stateCount, int width)
    {
        StateCount = stateCount;
        Width = width;
    }

    /// <summary>S, the number of states.</summary>
    public int StateCount { get; }

    /// <summary>How many values a step has: 1 for a symbol, D for a vector.</summary>
    public int Width { get; }

    /// <summary>ln bⱼ(x⟨t⟩), the logarithm of what state j gives the value of step t; −∞ for a probability of 0.</summary>
    /// <param name="sequence">[T] symbols, or [T, D] values; at least one step.</param>
    /// <returns>[T, S]</returns>
    /// <exception cref="ArgumentException">There is no step, the length is no multiple of D, or a value is NaN or infinite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A symbol is below 0 or not below the number of symbols.</exception>
    public double[] LogProbabilities(ReadOnlySpan<T> sequence)
    {
        Check(sequence, nameof(sequence));
        return ComputeLogs(sequence);
    }

    /// <summary>Refuses a sequence that is empty, has no whole number of steps, or has impossible values.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="parameter">The parameter that has it.</param>
    /// <param name="name">What it is called in the message; null for the parameter itself.</param>
    internal abstract void Check(ReadOnlySpan<T> sequence, string parameter, string? name = null);

    /// <summary>The logarithms [T, S] for a sequence that has been checked.</summary>
    internal abstract double[] ComputeLogs(ReadOnlySpan<T> sequence);

    /// <summary>The least probabilities and variances in a training with these sequences.</summary>
    internal abstract EmissionFloors FloorsFor(IReadOnlyList<T[]> sequences, HiddenMarkovOptions options);

    /// <summary>The emissions that maximize the expected log likelihood, given the probabilities of the states at each step.</summary>
    /// <param name="sequences">The sequences, each [T] or [T, D].</param>
    /// <param name="posteriors">For each sequence γ [T, S].</param>
    /// <param name="floors">Bounds within which the maximum is taken.</param>
    internal abstract Emissions<T> Reestimate(
        IReadOnlyList<T[]> sequences, IReadOnlyList<double[]> posteriors, EmissionFloors floors);

    /// <summary>Draws what a state emits at one step.</summary>
    internal abstract void Draw(int state, Random random, Span<T> values);
}
