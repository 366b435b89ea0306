namespace FastRnn.Baselines.Hopfield;

/// <summary>What a recall has found.</summary>
/// <param name="State">The last state [n], each value +1 or −1.</param>
/// <param name="Sweeps">How many times all units were updated, the last time, which changed nothing, included.</param>
/// <param name="Outcome">How it has ended.</param>
public sealed record HopfieldRecall(float[] State, int Sweeps, HopfieldOutcome Outcome);
