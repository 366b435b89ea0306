namespace FastRnn.Baselines.Markov;

/// <summary>Bounds of estimated emissions.</summary>
/// <param name="Probability">The least probability of a symbol or a component.</param>
/// <param name="Variances">The least variance of each of D values; none for symbols.</param>
internal sealed record EmissionFloors(double Probability, double[] Variances);
