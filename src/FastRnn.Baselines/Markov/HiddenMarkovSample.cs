namespace FastRnn.Baselines.Markov;

/// <summary>A sequence that a model has generated.</summary>
/// <typeparam name="T">int for symbols, float for vectors.</typeparam>
/// <param name="Sequence">[T] symbols, or [T, D] values.</param>
/// <param name="States">The state at each step [T].</param>
public sealed record HiddenMarkovSample<T>(T[] Sequence, int[] States)
    where T : struct;
