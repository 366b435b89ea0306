using System.CommandLine;
using FastRnn.Peers.Measuring;
using FastRnn.Peers.Output;
using FastRnn.Peers.Processes;
using FastRnn.Peers.Workloads;
using Spectre.Console;

namespace FastRnn.Peers.Cli;

/// <summary>What the program does without a command: the comparison.</summary>
internal static class CompareCommand
{
    internal static RootCommand Create(IAnsiConsole console)
    {
        Option<string[]> cell = PeerOptions.Cell(), mode = PeerOptions.Mode(), peer = PeerOptions.Peer();
        Option<int[]> hidden = PeerOptions.Hidden();
        Option<bool> quick = PeerOptions.Quick();
        Option<string?> json = PeerOptions.Json();
        var command = new RootCommand(
            "Runs FastRnn and other libraries on the same work in turn, one thread each, checks that their results agree, and prints their "
            + $"times. A library that is not there is got by {PeersFolder.SetUp}.")
        {
            quick, cell, mode, hidden, peer, json,
        };
        command.SetAction(parsed =>
        {
            IReadOnlyList<PeerWork> works = WorkGrid.Create(
                Array.ConvertAll(parsed.GetValue(cell) ?? [], Names.Cell), Array.ConvertAll(parsed.GetValue(mode) ?? [], Names.Mode),
                parsed.GetValue(hidden) ?? [], parsed.GetValue(quick));
            string[] peers = parsed.GetValue(peer) is { Length: > 0 } named ? named : PeerCatalog.Names;
            ComparisonRun run = Compare(works, peers, parsed.GetValue(quick) ? Pace.Quick : Pace.Full);
            new ComparisonTable(console, run).Print();
            return Write(run, parsed.GetValue(json), parsed.InvocationConfiguration.Error) && run.Problems.Count == 0 ? 0 : 1;
        });
        return command;
    }

    private static ComparisonRun Compare(IReadOnlyList<PeerWork> works, string[] peers, Pace pace)
    {
        using var status = new StatusLine();
        using var comparer = new Comparer(peers, pace, status.Show);
        return comparer.Run(works);
    }

    private static bool Write(ComparisonRun run, string? path, TextWriter error)
    {
        try
        {
            if (path is not null)
            {
                RecordFile.Write(path, run.Records);
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"The records can't be written: {exception.Message}");
            return false;
        }
    }
}
