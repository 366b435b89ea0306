using System.CommandLine;
using FastRnn.Cli;
using Spectre.Console;

namespace FastRnn.Tests.Cli;

public sealed class DemoCommandTests
{
    [Theory]
    [InlineData("--hidden", "abc", "Option '--hidden': expected a whole number from 1 to 1024, but got 'abc'.")]
    [InlineData("--hidden", "0", "Option '--hidden': expected a whole number from 1 to 1024, but got '0'.")]
    [InlineData("--hidden", "1025", "Option '--hidden': expected a whole number from 1 to 1024, but got '1025'.")]
    [InlineData("--epochs", "0", "Option '--epochs': expected a whole number from 1 to 100000, but got '0'.")]
    [InlineData("--epochs", "1.5", "Option '--epochs': expected a whole number from 1 to 100000, but got '1.5'.")]
    [InlineData("--seed", "-1", "Option '--seed': expected a whole number from 0 to 2147483647, but got '-1'.")]
    [InlineData("--steps", "999", "Option '--steps': expected a whole number from 1000 to 100000000, but got '999'.")]
    [InlineData("--seed", "99999999999", "Option '--seed': expected a whole number from 0 to 2147483647, but got '99999999999'.")]
    [InlineData("--unknown", "1", "'--unknown'")]
    public void DemoCommand_badOption_isRejectedWithItsNameAndValue(string option, string value, string expected)
    {
        Outcome outcome = Run("demo", option, value);

        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(outcome.Output);
    }

    [Fact]
    public void DemoCommand_optionWithoutValue_isRejectedWithItsName()
    {
        Outcome outcome = Run("demo", "--hidden");

        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("'--hidden'", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void DemoCommand_noCommand_isRejectedWithTheHelp()
    {
        Outcome outcome = Run();

        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("demo", outcome.Help, StringComparison.Ordinal);
    }

    [Fact]
    public void DemoCommand_help_namesOptionsAndSource()
    {
        Outcome outcome = Run("demo", "--help");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("Time Series Data Library", outcome.Help, StringComparison.Ordinal);
        Assert.All(
            ["--seed", "--hidden", "--epochs", "--steps"], option => Assert.Contains(option, outcome.Help, StringComparison.Ordinal));
    }

    [Fact]
    public void DemoCommand_shortRun_printsForecastsAndLatency()
    {
        Outcome outcome = Run("demo", "--hidden", "4", "--epochs", "2", "--steps", "1000");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Empty(outcome.Error);
        Assert.All(
            [
                "2,820 monthly sunspot numbers (Time Series Data Library)", "Persistence: next = last", "Autoregression, order 24",
                "Elman network, window 24", "20.09", "18.21", "p50", "p99.9", "steps a second", " 0 bytes",
            ],
            text => Assert.Contains(text, outcome.Output, StringComparison.Ordinal));
        Assert.All(outcome.Output.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 80));
        Assert.DoesNotContain('\e', outcome.Output);
    }

    private static Outcome Run(params string[] args)
    {
        using var output = new StringWriter();
        using var help = new StringWriter();
        using var error = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        int exitCode = Program.Run(args, console, TextReader.Null, new InvocationConfiguration { Output = help, Error = error });
        return new Outcome(exitCode, output.ToString(), help.ToString(), error.ToString());
    }

    private sealed record Outcome(int ExitCode, string Output, string Help, string Error);
}
