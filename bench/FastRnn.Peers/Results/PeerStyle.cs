namespace FastRnn.Peers.Results;

/// <summary>How a peer looks in the chart: a colour for light paper and one for dark, both told apart by the colour-blind (after M. Okabe
/// and K. Ito, Color universal design, 2008), and a mark of a shape of its own.</summary>
/// <param name="Class">its name in the style sheet</param>
/// <param name="Light">the colour on light paper</param>
/// <param name="Dark">the colour on dark paper</param>
/// <param name="Outline">the mark, a path's commands from the middle</param>
internal sealed record PeerStyle(string Class, string Light, string Dark, string Outline)
{
    /// <summary>As many as there are known peers, in their order, and one for all others.</summary>
    private static readonly PeerStyle[] All =
    [
        new("p0", "#d55e00", "#ff8c42", "m-3.4 0a3.4 3.4 0 1 0 6.8 0a3.4 3.4 0 1 0 -6.8 0z"),
        new("p1", "#0072b2", "#56b4e9", "m-4.5 -4.5h9v9h-9z"),
        new("p2", "#008060", "#2fc597", "m0 -6.5l5.8 10h-11.6z"),
        new("p3", "#b0508c", "#e39cc6", "m0 -6l6 6l-6 6l-6 -6z"),
        new("p4", "#5f6770", "#a6aeb8", "m-4.5 -4.5l9 9m-9 0l9 -9"),
        new("p5", "#8a6d00", "#e6c84f", "m0 6.5l5.8 -10h-11.6z"),
    ];

    internal static PeerStyle Of(string peer) => All[PeerNames.Place(peer, PeerNames.Ordered)];

    /// <summary>The style sheet's part about all peers.</summary>
    internal static string Sheet(bool isDark)
        => string.Concat(All.Select(style => $".{style.Class}{{stroke:{(isDark ? style.Dark : style.Light)}}}"));
}
