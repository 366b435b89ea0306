using System.CommandLine;
using System.CommandLine.Invocation;
using FastRnn.Cli.Convert;
using FastRnn.Cli.Demo;
using FastRnn.Cli.Inspect;
using FastRnn.Cli.Run;
using Spectre.Console;

namespace FastRnn.Cli;

internal static class Program
{
    private static int Main(string[] args)
    {
        var configuration = new InvocationConfiguration { Output = StandardOutput.Open(), EnableDefaultExceptionHandler = false };
        try
        {
            return Run(args, OpenConsole(), new StreamReader(Console.OpenStandardInput()), configuration);
        }
        catch (IOException exception) when (StandardOutput.IsClosed(exception))
        {
            return 0;
        }
        catch (UnauthorizedAccessException exception)
        {
            // Help, which no command guards, has no standard output to go to.
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
    }

    /// <summary>Runs the command that the arguments name; returns the exit code.</summary>
    /// <param name="console">what commands print their results to</param>
    /// <param name="standardInput">what <c>run</c> reads where no file is named</param>
    /// <param name="configuration">where help, errors and the rows of <c>run</c> go; standard output and error when left out</param>
    internal static int Run(
        IReadOnlyList<string> args, IAnsiConsole console, TextReader standardInput, InvocationConfiguration? configuration = null)
    {
        var root = new RootCommand("FastRnn: recurrent networks, trained and streamed on the CPU.")
        {
            DemoCommand.Create(console),
            InspectCommand.Create(console),
            ConvertCommand.Create(console),
            RunCommand.Create(standardInput),
        };
        root.HelpName = "fastrnn";
        ParseResult parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction error)
        {
            // The message says what is wrong; the help would push it out of sight. Without a command there is nothing else to say.
            error.ShowHelp = parsed.CommandResult.Command == root;
            error.ShowTypoCorrections = false;
        }

        return parsed.Invoke(configuration);
    }

    /// <summary>Standard output; plain text where it is not a terminal.</summary>
    private static IAnsiConsole OpenConsole() => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect,
    });
}
