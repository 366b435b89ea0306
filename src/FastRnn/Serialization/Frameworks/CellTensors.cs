namespace FastRnn.Serialization;

/// <summary>The tensors of one direction of a recurrent layer.</summary>
/// <param name="InputWeights">G·H × I, or turned over</param>
/// <param name="RecurrentWeights">G·H × H, or turned over</param>
/// <param name="Biases">none; or of the inputs [G·H], perhaps with those of the recurrent product behind, in one tensor or in two</param>
internal sealed record CellTensors(TensorEntry InputWeights, TensorEntry RecurrentWeights, TensorEntry[] Biases);
