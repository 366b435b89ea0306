using System.CommandLine;
using System.CommandLine.Invocation;
using FastRnn.Cli.Convert;
using FastRnn.Cli.Demo;
using FastRnn.Cli.Inspect;
using FastRnn.Cli.Output;
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
            // Help could not be written to standard output; it is printed outside of the commands' error handling.
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
    }

    /// <summary>Runs the command that the arguments name; returns the exit code.</summary>
    /// <param name="console">receives the results of commands</param>
    /// <param name="standardInput">the input of <c>run</c> when no file is given</param>
    /// <param name="configuration">receives help, errors and the rows of <c>run</c>; standard output and error if null</param>
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
            // The message says what is wrong, and help would push it out of sight. Without a command, help is the answer.
            error.ShowHelp = parsed.CommandResult.Command == root;
            error.ShowTypoCorrections = false;
        }

        return parsed.Invoke(configuration);
    }

    /// <summary>Standard output; plain text if it is not a terminal.</summary>
    private static IAnsiConsole OpenConsole() => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect,
    });
}
