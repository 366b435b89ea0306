namespace FastRnn;

/// <summary>What decoding has found.</summary>
/// <param name="Length">How many indices have been written, without the end.</param>
/// <param name="LogProbability">ln P of these indices, and of the end where it has come, given the source: a sum, not above 0.</param>
/// <param name="Ended">Whether the end has come; otherwise there was no room for more.</param>
public readonly record struct DecodedSequence(int Length, float LogProbability, bool Ended);
