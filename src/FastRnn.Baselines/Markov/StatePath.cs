namespace FastRnn.Baselines.Markov;

/// <summary>A path of states through a sequence.</summary>
/// <param name="States">The state at each step [T].</param>
/// <param name="LogProbability">ln P(states, sequence): of both together; with densities it can be above 0.</param>
public sealed record StatePath(int[] States, double LogProbability);
