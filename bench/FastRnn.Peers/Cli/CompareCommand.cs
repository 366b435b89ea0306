using System.CommandLine;
using FastRnn.Peers.Measuring;
using FastRnn.Peers.Output;
using FastRnn.Peers.Processes;
using Spectre.Console;

namespace FastRnn.Peers.Cli;

/// <summary>What the program does without a command: the comparison.</summary>
internal static class CompareCommand
{
    internal static RootCommand Create(IAnsiConsole console)
    {
        var options = new ComparisonOptions();
        Option<string?> json = PeerOptions.Json();
        var command = new RootCommand(
            "Runs FastRnn and other libraries on the same work in turn, one thread each, checks that their results agree, and prints their "
            + $"times. A library that is not there is got by {PeersFolder.SetUp}.");
        foreach (Option option in options.All.Append(json))
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            ComparisonRun run = Compare(options.Read(parsed));
            new ComparisonTable(console, run).Print();
            return Write(run, parsed.GetValue(json), parsed.InvocationConfiguration.Error) && run.Problems.Count == 0 ? 0 : 1;
        });
        return command;
    }

    internal static ComparisonRun Compare(ComparisonRequest request)
    {
        using var status = new StatusLine();
        using var comparer = new Comparer(request.Peers, request.Pace, status.Show);
        return comparer.Run(request.Works);
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
