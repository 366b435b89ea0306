namespace FastRnn.Baselines.Markov;

/// <summary>A trained hidden Markov model.</summary>
/// <typeparam name="T">int for symbols, float for vectors.</typeparam>
/// <param name="Model">The model after the last iteration.</param>
/// <param name="LogLikelihoods">ln P of all training sequences, in nats: of the start, and after each iteration; the last one is the
/// model's.
/// </param>
/// <param name="HasConverged">Whether training ended because the likelihood no longer rose, and not by the number of iterations.</param>
public sealed record BaumWelchResult<T>(HiddenMarkovModel<T> Model, IReadOnlyList<double> LogLikelihoods, bool HasConverged)
    where T : struct;
