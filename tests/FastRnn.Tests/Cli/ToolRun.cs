using System.CommandLine;
using FastRnn.Cli;
using FastRnn.Tests.Peers;

namespace FastRnn.Tests.Cli;

/// <summary>What a run of the tool put out.</summary>
/// <param name="ExitCode">0 where all went well</param>
/// <param name="Output">what went to the console</param>
/// <param name="Rows">help and rows, which go to standard output as they are</param>
/// <param name="Error">what went to standard error</param>
internal sealed record ToolRun(int ExitCode, string Output, string Rows, string Error)
{
    internal static ToolRun Of(params string[] args) => WithInput(TextReader.Null, args);

    internal static ToolRun WithInput(TextReader input, params string[] args)
    {
        using var console = new PlainConsole();
        using var rows = new StringWriter();
        using var error = new StringWriter();
        int exitCode = Program.Run(args, console.Console, input, new InvocationConfiguration { Output = rows, Error = error });
        return new ToolRun(exitCode, console.Text, rows.ToString(), error.ToString());
    }

    /// <summary>Checks that the tool refused with one line that has all these texts, and put out nothing else.</summary>
    internal void Refused(params string[] texts)
    {
        Assert.All(texts, text => Assert.Contains(text, Error, StringComparison.Ordinal));
        Assert.Single(Error.TrimEnd().Split('\n'));
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        Assert.Equal((1, string.Empty), (ExitCode, Output));
    }

    /// <summary>Checks that the tool did it without a word of complaint.</summary>
    internal ToolRun Done()
    {
        Assert.Equal((0, string.Empty), (ExitCode, Error));
        return this;
    }
}
