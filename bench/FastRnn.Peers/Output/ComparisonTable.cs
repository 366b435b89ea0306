using FastRnn.Benchmarks.Results;
using FastRnn.Peers.Measuring;
using FastRnn.Peers.Processes;
using FastRnn.Peers.Results;
using Spectre.Console;

namespace FastRnn.Peers.Output;

/// <summary>Prints what a comparison has found: a block for each mode and batch, then the peers and what went wrong.</summary>
internal sealed class ComparisonTable
{
    private readonly IAnsiConsole _console;
    private readonly ComparisonRun _run;

    internal ComparisonTable(IAnsiConsole console, ComparisonRun run)
    {
        _console = console;
        _run = run;
    }

    internal void Print()
    {
        foreach (IGrouping<(string Mode, int Batch), PeerRecord> block in _run.Records.GroupBy(record => (record.Mode, record.Batch)))
        {
            PrintBlock(Title(block.First()), [.. block]);
        }

        Line($"Limit: {ComparisonText.Peak(_run.PeakGigaflops, MachineVectors.Bits)}, multiply-adds in registers; of one sequence");
        Line($"alone also reading its weights from the cache at every step. ×: how many times FastRnn's time.");
        Line($"One thread; medians of rounds in which all take turns.");
        _console.WriteLine();
        foreach (PeerVersion peer in _run.Peers)
        {
            Line($"{peer.Peer,-12} {peer.Version}");
        }

        foreach (string peer in _run.Missing)
        {
            Line($"{peer,-12} not installed: run {PeersFolder.SetUp}");
        }

        foreach (string unsupported in _run.Unsupported)
        {
            Line($"Not done by {unsupported}");
        }

        foreach (string problem in _run.Problems)
        {
            Line($"PROBLEM: {problem}");
        }
    }

    private static string Title(PeerRecord record)
    {
        string sizes = FormattableString.Invariant($"T = {record.Steps}, N = {record.Batch}: time of a step of the batch");
        return record.Mode switch
        {
            "step" => "A streamed step",
            "sequence" => $"Whole sequences, {sizes}",
            _ => $"Training, forward and back, {sizes}",
        };
    }

    private void PrintBlock(string title, IReadOnlyList<PeerRecord> records)
    {
        string[] others = [.. _run.Peers.Select(peer => peer.Peer).Where(peer => peer != PeerCatalog.FastRnn)];
        others = [.. others.Where(peer => records.Any(record => record.Peer == peer))];
        Line($"{title}");
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("cell");
        foreach (string heading in (string[])["H", "fastrnn", "of limit", .. others.SelectMany(peer => (string[])[peer, "×"])])
        {
            table.AddColumn(heading, column => column.RightAligned().NoWrap());
        }

        foreach (IGrouping<(string Cell, int HiddenSize), PeerRecord> row in records.GroupBy(record => (record.Cell, record.HiddenSize)))
        {
            if (row.FirstOrDefault(record => record.Peer == PeerCatalog.FastRnn) is { } own)
            {
                table.AddRow(
                [
                    row.Key.Cell, FormattableString.Invariant($"{row.Key.HiddenSize}"),
                    Quantities.Duration(own.NanosecondsPerStep), Quantities.Percent(own.FractionOfLimit),
                    .. others.SelectMany(peer => Cells(row.FirstOrDefault(record => record.Peer == peer), own)),
                ]);
            }
        }

        _console.Write(table);
        _console.WriteLine();
    }

    private static string[] Cells(PeerRecord? record, PeerRecord own)
        => record is null
            ? ["–", ""]
            : [Quantities.Duration(record.NanosecondsPerStep), Quantities.Ratio(record.NanosecondsPerStep / own.NanosecondsPerStep)];

    private void Line(FormattableString text) => _console.WriteLine(FormattableString.Invariant(text));
}
