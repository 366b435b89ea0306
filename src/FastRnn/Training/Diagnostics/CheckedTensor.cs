namespace FastRnn.Training;

/// <summary>The gradient of a tensor, where it differs most from what changing its values does to the loss.</summary>
/// <param name="Name">Such as <c>layers.0.recurrentWeights</c>, <c>inputs</c> or <c>initialState</c>.</param>
/// <param name="Index">The value that differs most, in the tensor's order.</param>
/// <param name="Analytic">∂L/∂θ by back-propagation.</param>
/// <param name="Numeric">∂L/∂θ by differences of the loss.</param>
/// <param name="Error">|analytic − numeric| / (max(|analytic|, |numeric|) + 1 % of the largest gradient of all).</param>
/// <param name="Passes">Whether the error is at most the tolerance.</param>
public sealed record CheckedTensor(string Name, int Index, double Analytic, double Numeric, double Error, bool Passes);
