using FastRnn.Baselines.Numerics;

namespace FastRnn.Baselines.Hopfield;

/// <summary>The checks of patterns and states.</summary>
internal static class PatternGuard
{
    /// <summary>Patterns of one length, which is returned.</summary>
    internal static int Patterns(IReadOnlyList<float[]> patterns, string parameter, bool areSigns)
    {
        ArgumentNullException.ThrowIfNull(patterns, parameter);
        Guard.Count(patterns.Count, 1, parameter, "pattern");
        int size = patterns[0]?.Length ?? 0;
        Guard.Count(size, 1, parameter, "value in a pattern");
        for (int p = 0; p < patterns.Count; p++)
        {
            string name = $"{parameter}[{p}]";
            if (patterns[p] is null)
            {
                throw new ArgumentException($"Expected a pattern, but {name} is null.", parameter);
            }

            Guard.Length(patterns[p].Length, size, parameter, $"the length of the first pattern for {name}");
            Values(patterns[p], parameter, name, areSigns);
        }

        return size;
    }

    internal static void State(ReadOnlySpan<float> state, int size, string parameter, bool areSigns)
    {
        Guard.Length(state.Length, size, parameter, "[n]");
        Values(state, parameter, parameter, areSigns);
    }

    private static void Values(ReadOnlySpan<float> values, string parameter, string name, bool areSigns)
    {
        if (!areSigns)
        {
            Guard.Finite(values, parameter, name);
            return;
        }

        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is not (1 or -1))
            {
                throw new ArgumentException($"Expected values of +1 or -1, but {name}[{i}] is {values[i]}.", parameter);
            }
        }
    }
}
