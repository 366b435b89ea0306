using FastRnn.Baselines.Numerics;

namespace FastRnn.Baselines.Markov;

/// <summary>The checks of sequences. A name is what the message calls a sequence; null for the parameter itself.</summary>
internal static class SequenceGuard
{
    /// <summary>At least one sequence, and all of them right.</summary>
    /// <param name="sequences">The sequences.</param>
    /// <param name="parameter">The parameter that has them.</param>
    /// <param name="check">Checks a sequence, given its name too.</param>
    internal static void All<T>(IReadOnlyList<T[]> sequences, string parameter, Action<T[], string> check)
    {
        ArgumentNullException.ThrowIfNull(sequences, parameter);
        Guard.Count(sequences.Count, 1, parameter, "sequence");
        for (int n = 0; n < sequences.Count; n++)
        {
            check(sequences[n], $"{parameter}[{n}]");
        }
    }

    internal static void Symbols(ReadOnlySpan<int> sequence, int symbolCount, string parameter, string? name = null)
    {
        Guard.Count(sequence.Length, 1, parameter, $"step in {name ?? parameter}");
        Guard.Indices(sequence, symbolCount, parameter, name);
    }

    internal static void Vectors(ReadOnlySpan<float> sequence, int size, string parameter, string? name = null)
    {
        Guard.Count(sequence.Length, 1, parameter, $"step in {name ?? parameter}");
        if (sequence.Length % size != 0)
        {
            throw new ArgumentException(
                $"Expected a multiple of D = {size} values in {name ?? parameter}, but got {sequence.Length}.", parameter);
        }

        Guard.Finite(sequence, parameter, name);
    }
}
