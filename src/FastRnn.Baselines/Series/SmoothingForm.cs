namespace FastRnn.Baselines.Series;

/// <summary>Which parts an exponential smoothing has, and its parameters.</summary>
internal sealed record SmoothingForm(
    bool HasTrend, bool HasSeason, int SeasonLength, Seasonality Seasonality, double Alpha, double Beta, double Gamma)
{
    internal int ParameterCount => (HasTrend, HasSeason) switch
    {
        (_, true) => 3,
        (true, false) => 2,
        (false, false) => 1,
    };

    /// <summary>What the initial level, trend and season are made of.</summary>
    internal int MinimumHistory => HasSeason ? 2 * SeasonLength : HasTrend ? 2 : 1;

    internal SmoothingForm With(ReadOnlySpan<double> parameters) => this with
    {
        Alpha = parameters[0],
        Beta = parameters.Length > 1 ? parameters[1] : 0,
        Gamma = parameters.Length > 2 ? parameters[2] : 0,
    };
}
