namespace FastRnn.Peers.Measuring;

/// <summary>How long is measured.</summary>
/// <param name="Rounds">in which all peers are timed in turn</param>
/// <param name="Milliseconds">of a peer's calls in a round, one call at least</param>
/// <param name="WarmUpMilliseconds">untimed, before the first round</param>
/// <param name="LimitMilliseconds">for each of the machine's limits, beside every work</param>
/// <param name="LongCallMilliseconds">calls that take longer are timed in fewer rounds: little disturbs them</param>
/// <param name="RoundsOfLongCalls">as many</param>
internal sealed record Pace(
    int Rounds, double Milliseconds, double WarmUpMilliseconds, double LimitMilliseconds, double LongCallMilliseconds,
    int RoundsOfLongCalls)
{
    internal static Pace Full { get; } = new(
        Rounds: 7, Milliseconds: 50, WarmUpMilliseconds: 250, LimitMilliseconds: 20, LongCallMilliseconds: 200, RoundsOfLongCalls: 3);

    internal static Pace Quick { get; } = new(
        Rounds: 3, Milliseconds: 8, WarmUpMilliseconds: 40, LimitMilliseconds: 5, LongCallMilliseconds: 50, RoundsOfLongCalls: 1);

    /// <summary>The same with another number of rounds, and as many more or fewer of long calls.</summary>
    /// <param name="rounds">1 at least</param>
    internal Pace WithRounds(int rounds)
        => this with { Rounds = rounds, RoundsOfLongCalls = Math.Max(1, rounds * RoundsOfLongCalls / Rounds) };

    /// <param name="callNanoseconds">as the warm-up has shown</param>
    internal int RoundsOf(double callNanoseconds) => callNanoseconds > LongCallMilliseconds * 1e6 ? RoundsOfLongCalls : Rounds;
}
