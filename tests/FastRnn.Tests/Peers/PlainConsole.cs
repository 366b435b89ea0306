using Spectre.Console;

namespace FastRnn.Tests.Peers;

/// <summary>A console that keeps what is printed to it, without colours.</summary>
internal sealed class PlainConsole : IDisposable
{
    private readonly StringWriter _output = new();

    internal PlainConsole()
    {
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(_output),
        });

        // No message is broken into lines.
        Console.Profile.Width = 1000;
    }

    internal IAnsiConsole Console { get; }

    /// <summary>All that was printed.</summary>
    internal string Text => _output.ToString();

    public void Dispose() => _output.Dispose();
}
