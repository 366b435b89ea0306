using FastRnn.Benchmarks.Results;

namespace FastRnn.Peers.Results;

/// <summary>The page of a processor: every figure of a comparison.</summary>
internal static class ComparisonPage
{
    /// <param name="comparison">what is shown</param>
    /// <param name="chart">the chart's file, as seen from the page's folder</param>
    internal static string Write(Comparison comparison, string chart)
    {
        var figures = new Figures(comparison);
        (string Name, string Value)[] facts =
        [
            ("date", ComparisonText.Date(comparison)),
            ("processor", DisplayText.Words(comparison.Processor)),
            ("caches", DisplayText.Words(comparison.Caches)),
            ("vectors", DisplayText.Words(comparison.Vectors)),
            ("peak", $"{ComparisonText.Peak(comparison)}, multiply-adds in registers of one core"),
            ("system", DisplayText.Words(comparison.System)),
            ("runtime", DisplayText.Words(comparison.Runtime)),
            ("compared", string.Join("; ", ComparisonText.Peers(comparison).Select(ComparisonText.NameAndVersion))),
            ("command", DisplayText.Code(comparison.Command)),
        ];
        string[] lines =
        [
            $"# FastRnn and others on {DisplayText.Words(comparison.Processor)}",
            "",
            "Written by the comparison; not to be edited.",
            "",
            .. facts.Where(fact => fact.Value.Length > 0).Select(fact => $"- {fact.Name}: {fact.Value}"),
            "",
            $"![{ComparisonChart.Title}]({chart})",
            "",
            "- A time is the median of a call's, by the step.",
            "- ×: the other's time / FastRnn's; below 1, and bold, the other is faster.",
            "- of the limit: the least possible time / FastRnn's, the least possible time being the longer of the products' arithmetic at "
                + "the peak and of reading their weights, forwards, from the cache that they fit in; a step that reads them back and forth can "
                + "beat that where they do not fit.",
            "- bytes: allocated by a step; those of the others stand below each table.",
            $"- fastest engine: of {ComparisonText.Engines}.",
            "- difference: the largest between any other's outputs and FastRnn's.",
            .. figures.Works.SelectMany(work => WorkSection.Write(comparison, figures, work)),
            .. Tail(comparison.Tail),
            .. StartUp(comparison.StartUp),
            "",
        ];
        return string.Join('\n', lines);
    }

    private static string[] Tail(IReadOnlyList<TailLatency> tails)
    {
        if (tails.Count == 0)
        {
            return [];
        }

        string[][] rows =
        [
            .. from tail in tails
               let times = (double[])[tail.P50, tail.P90, tail.P99, tail.P999, tail.P9999, tail.Maximum, tail.ClockNanoseconds]
               select (string[])
               [
                   DisplayText.Words(PeerNames.ShownCell(tail.Cell)), $"{tail.HiddenSize}", DisplayText.Count(tail.Steps),
                   .. times.Select(time => DisplayText.Time(time)), DisplayText.Count(tail.Collections),
                   DisplayText.Count(tail.AllocatedBytes),
               ],
        ];
        string[] header = ["cell", "H", "steps", "50 %", "90 %", "99 %", "99.9 %", "99.99 %", "all", "clock", "collections", "bytes"];
        return
        [
            "",
            "## Tail latency",
            "",
            "Streamed steps of FastRnn, each timed by itself: so many of them took no longer than this. Clock: what reading it adds to "
                + "each of them. Collections and bytes: the garbage collections meanwhile, and the bytes allocated in all the steps.",
            "",
            MarkdownTable.Write(header, 1, rows).TrimEnd('\n'),
        ];
    }

    private static string[] StartUp(IReadOnlyList<StartUpTime> times)
    {
        if (times.Count == 0)
        {
            return [];
        }

        string[][] rows =
        [
            .. times.Select(time => (string[])
            [
                DisplayText.Words(PeerNames.ShownCell(time.Cell)),
                DisplayText.Words(PeerNames.ShownPeer(time.Peer)),
                $"{time.HiddenSize}",
                DisplayText.Milliseconds(time.RuntimeMilliseconds),
                DisplayText.Milliseconds(time.ModelMilliseconds),
                DisplayText.Milliseconds(time.FirstStepMilliseconds),
                DisplayText.Milliseconds(time.ThousandStepsMilliseconds),
                DisplayText.Milliseconds(time.WarmThousandStepsMilliseconds),
            ]),
        ];
        string[] header = ["cell", "of", "H", "first line", "model", "first step", "1,000 steps", "1,000 steps, warm"];
        return
        [
            "",
            "## Start-up",
            "",
            "From the start of a process to the program's first line, to a model that can be used, to its first step, to a thousand steps: "
                + "medians of some fresh processes. Warm: what a thousand steps take in the end, when all is compiled.",
            "",
            MarkdownTable.Write(header, 2, rows).TrimEnd('\n'),
        ];
    }
}
