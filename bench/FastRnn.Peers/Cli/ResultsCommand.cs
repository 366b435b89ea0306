using System.CommandLine;
using System.Text.Json;
using FastRnn.Peers.Latency;
using FastRnn.Peers.Measuring;
using FastRnn.Peers.Output;
using FastRnn.Peers.Processes;
using FastRnn.Peers.Results;
using Spectre.Console;

namespace FastRnn.Peers.Cli;

/// <summary>The command <c>results</c>: all that a processor's page shows, measured and written.</summary>
internal static class ResultsCommand
{
    /// <param name="console">what results are printed to</param>
    /// <param name="root">the repository's, where files are written to; null when it is not known</param>
    internal static Command Create(IAnsiConsole console, string? root)
    {
        var options = new ComparisonOptions();
        Option<bool> again = PeerOptions.Again();
        var command = new Command(
            "results",
            $"Compares all, times single steps and fresh processes, and writes this processor's figures, page and chart to "
            + $"{ResultsWriter.Folder}, and the README's section. With options that ask for less, and after a failure, figures, page and "
            + $"chart go to {ResultsWriter.FolderAside} instead.") { again };
        foreach (Option option in options.All)
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(again) && options.All.Any(option => result.GetResult(option) is { Implicit: false }))
            {
                result.AddError("Option '--again': nothing is measured, so no other option may stand beside it.");
            }
        });
        command.SetAction(parsed =>
        {
            TextWriter error = parsed.InvocationConfiguration.Error;
            if (root is null)
            {
                error.WriteLine("The program has been moved away from its repository, which results are written to.");
                return 1;
            }

            try
            {
                return parsed.GetValue(again) ? Again(console, root, error) : Measure(console, root, error, options.Read(parsed), parsed);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
            {
                error.WriteLine($"The results can't be written: {exception.Message}");
                return 1;
            }
        });
        return command;
    }

    private static int Again(IAnsiConsole console, string root, TextWriter error)
    {
        IReadOnlyList<string> files = Directory.Exists(Path.Combine(root, ResultsWriter.Folder)) ? ResultsWriter.WriteAgain(root) : [];
        if (files.Count == 0)
        {
            error.WriteLine($"There are no figures in {ResultsWriter.Folder}.");
            return 1;
        }

        Publication.Name(console, files);
        return 0;
    }

    private static int Measure(IAnsiConsole console, string root, TextWriter error, ComparisonRequest request, ParseResult parsed)
    {
        // Better said before the long run than after it.
        string[] missing = [.. request.Peers.Where(peer => PeerCatalog.Find(peer) is null)];
        if (missing.Length > 0)
        {
            error.WriteLine(
                $"Nothing was measured, since these are not installed: {ComparisonText.List(missing)}. Run {PeersFolder.SetUp}, or name "
                + "the peers that are to take part with --peer.");
            return 1;
        }

        ComparisonRun run = CompareCommand.Compare(request);
        new ComparisonTable(console, run).Print();
        List<string> problems = [.. run.Missing.Select(peer => $"{peer} is not installed."), .. run.Problems];
        IReadOnlyList<TailLatency> tails = Attempt(
            status => TailRun.Measure(request.Cells, request.IsQuick ? TailRun.QuickSteps : TailRun.Steps, status));
        LatencyTables.Print(console, tails);
        IReadOnlyList<StartUpTime> startUp = Attempt(
            status => StartUpRun.Measure(
                request.Cells, request.Peers, request.IsQuick ? StartUpRun.QuickProcesses : StartUpRun.Processes, status));
        LatencyTables.Print(console, startUp);

        Comparison comparison = Publication.Create(run, tails, startUp, parsed.Tokens.Select(token => token.Value));
        return Publication.Write(console, root, error, comparison, request.IsWhole, problems);

        IReadOnlyList<TFound> Attempt<TFound>(Func<Action<string>, IReadOnlyList<TFound>> measure)
        {
            try
            {
                using var status = new StatusLine();
                return measure(status.Show);
            }
            catch (PeerFailedException exception)
            {
                problems.Add(exception.Message);
                return [];
            }
        }
    }
}
