using System.Globalization;
using FastRnn.Peers.Latency;
using FastRnn.Peers.Results;
using Spectre.Console;

namespace FastRnn.Peers.Output;

/// <summary>Prints what the commands about single steps have found.</summary>
internal static class LatencyTables
{
    internal static void Print(IAnsiConsole console, IReadOnlyList<TailLatency> tails)
    {
        Table table = Create("cell", "H", "steps", "p50", "p90", "p99", "p99.9", "p99.99", "max", "collections", "allocated");
        foreach (TailLatency tail in tails)
        {
            double[] percentiles = [tail.P50, tail.P90, tail.P99, tail.P999, tail.P9999, tail.Maximum];
            table.AddRow(
            [
                tail.Cell, Quantities.Count(tail.HiddenSize), Quantities.Count(tail.Steps), .. percentiles.Select(Quantities.Duration),
                Quantities.Count(tail.Collections), $"{Quantities.Count(tail.AllocatedBytes)} bytes",
            ]);
        }

        console.Write(table);
        foreach (double clock in tails.Take(1).Select(tail => tail.ClockNanoseconds))
        {
            console.WriteLine($"Each step is timed by itself; of that, the clock takes {Quantities.Duration(clock)}.");
        }
    }

    internal static void Print(IAnsiConsole console, IReadOnlyList<StartUpTime> times)
    {
        Table table = Create(
            "cell", "peer", "first line", "model and session", "first step", "thousand steps", "a thousand warm steps take");
        foreach (StartUpTime time in times)
        {
            double[] milliseconds =
            [
                time.RuntimeMilliseconds, time.ModelMilliseconds, time.FirstStepMilliseconds, time.ThousandStepsMilliseconds,
                time.WarmThousandStepsMilliseconds,
            ];
            table.AddRow([time.Cell, time.Peer, .. milliseconds.Select(value => Quantities.Duration(value * 1e6))]);
        }

        console.Write(table);
        console.WriteLine("From the start of a process; both run in .NET. Medians of fresh processes.");
    }

    internal static void Print(IAnsiConsole console, IReadOnlyList<DecayTime> times)
    {
        Table table = Create("cell", "H", "fastest thousand, a step", "slowest thousand, a step", "×", "largest state at the end");
        foreach (DecayTime time in times)
        {
            table.AddRow(
                time.Cell, Quantities.Count(time.HiddenSize), Quantities.Duration(time.Fastest), Quantities.Duration(time.Slowest),
                time.Ratio.ToString("F2", CultureInfo.InvariantCulture), time.Last.ToString("G3", CultureInfo.InvariantCulture));
        }

        console.Write(table);
    }

    private static Table Create(params string[] headings)
    {
        Table table = new Table().Border(TableBorder.Rounded);
        foreach (string heading in headings)
        {
            table.AddColumn(heading, column => _ = heading is "cell" or "peer" ? column.LeftAligned() : column.RightAligned());
        }

        return table;
    }
}
