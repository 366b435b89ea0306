namespace FastRnn.Peers.Results;

/// <summary>The chart's style sheet: light paper and, where the reader prefers it, dark; the chart has its own paper on either.</summary>
internal static class ChartStyle
{
    internal static string Sheet { get; } = string.Join(
        '\n',
        "",
        "text{font-family:system-ui,sans-serif;font-size:12.5px;fill:#3d444d}",
        ".title{font-size:16px;font-weight:600;fill:#1f2328}",
        ".cell{font-size:14px;font-weight:600;fill:#1f2328}",
        ".note{font-size:11.5px;fill:#59636e}",
        ".legend{font-size:13px}.own{font-weight:700}",
        ".end{text-anchor:end}.middle{text-anchor:middle}",
        ".paper{fill:#fff;stroke:#d1d9e0}",
        ".grid{stroke:#dde3e9}.frame{stroke:#8c959f}",
        ".line{fill:none;stroke-width:1.6;stroke-linejoin:round}.thick{stroke-width:3.2}",
        ".mark{fill:none;stroke-width:1.7}",
        PeerStyle.Sheet(isDark: false),
        ".full{fill:#d55e00}",
        "@media (prefers-color-scheme:dark){",
        "text{fill:#b7bfc8}.title,.cell{fill:#f0f6fc}.note{fill:#9198a1}",
        ".paper{fill:#0d1117;stroke:#3d444d}.grid{stroke:#262c34}.frame{stroke:#656c76}",
        PeerStyle.Sheet(isDark: true),
        ".full{fill:#ff8c42}",
        "}",
        "");

    internal static string LineOf(string peer) => $"line {PeerStyle.Of(peer).Class}{(peer == PeerNames.FastRnn ? " thick" : "")}";

    internal static string MarkOf(string peer) => $"mark {PeerStyle.Of(peer).Class}{(peer == PeerNames.FastRnn ? " full" : "")}";
}
