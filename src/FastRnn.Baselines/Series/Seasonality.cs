namespace FastRnn.Baselines.Series;

/// <summary>How a season changes the level of a series.</summary>
public enum Seasonality
{
    /// <summary>By a difference, as large for a high level as for a low one.</summary>
    Additive,

    /// <summary>By a factor, so that the swings grow with the level; for values above 0.</summary>
    Multiplicative,
}
