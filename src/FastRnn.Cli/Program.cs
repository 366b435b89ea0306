using System.CommandLine;
using FastRnn.Cli.Demo;
using Spectre.Console;

namespace FastRnn.Cli;

internal static class Program
{
    private static int Main(string[] args) => CreateCommand(AnsiConsole.Console).Parse(args).Invoke();

    /// <summary>The tool with all its commands, which print to the console.</summary>
    internal static RootCommand CreateCommand(IAnsiConsole console)
        => new("FastRnn: recurrent networks, trained and streamed on the CPU.")
        {
            DemoCommand.Create(console),
        };
}
