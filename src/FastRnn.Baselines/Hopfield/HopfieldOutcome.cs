namespace FastRnn.Baselines.Hopfield;

/// <summary>How a recall has ended.</summary>
public enum HopfieldOutcome
{
    /// <summary>No unit changes any more: a fixed point.</summary>
    Stable,

    /// <summary>Synchronous recall goes back and forth between two states.</summary>
    Alternating,

    /// <summary>The allowed number of sweeps was reached first.</summary>
    Unfinished,
}
