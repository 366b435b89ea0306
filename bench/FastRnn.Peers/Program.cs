using System.CommandLine;
using System.Diagnostics;
using FastRnn.Peers.Cli;
using FastRnn.Peers.Processes;
using Spectre.Console;

namespace FastRnn.Peers;

internal static class Program
{
    /// <summary>Columns where the output is no terminal, which would tell how many it has.</summary>
    private const int PlainWidth = 160;

    private static int Main(string[] args)
    {
        long entered = Stopwatch.GetTimestamp();
        return ServeCommands.Run(args, entered) ?? RunForUser(args);
    }

    /// <summary>Runs the command that the arguments name: 0 when all went well, 1 when something did not agree or failed, 2 for arguments
    /// that it does not understand.</summary>
    /// <param name="args">the program's</param>
    /// <param name="console">what results are printed to</param>
    /// <param name="configuration">where help and errors go; standard output and error when left out</param>
    /// <param name="repositoryRoot">where results are written to; this program's repository when left out</param>
    internal static int Run(
        IReadOnlyList<string> args, IAnsiConsole console, InvocationConfiguration? configuration = null, string? repositoryRoot = null)
    {
        RootCommand root = CompareCommand.Create(console);
        root.Add(ResultsCommand.Create(console, repositoryRoot ?? PeersFolder.Repository));
        root.Add(LatencyCommands.CreateTail(console));
        root.Add(LatencyCommands.CreateStartUp(console));
        root.Add(LatencyCommands.CreateDecay(console));
        ParseResult parsed = root.Parse(args);
        if (parsed.Action is System.CommandLine.Invocation.ParseErrorAction error)
        {
            // The message says what is wrong; the help would push it out of sight.
            error.ShowHelp = false;
            error.ShowTypoCorrections = false;
        }

        int code = parsed.Invoke(configuration);
        return parsed.Errors.Count > 0 ? 2 : code;
    }

    private static int RunForUser(string[] args)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        });
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = PlainWidth;
        }

        return Run(args, console);
    }
}
