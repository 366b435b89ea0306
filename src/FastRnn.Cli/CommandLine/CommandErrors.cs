using System.CommandLine;
using FastRnn.Cli.Output;
using FastRnn.Serialization;

namespace FastRnn.Cli.CommandLine;

/// <summary>Exceptions that become a line on standard error and the exit code 1; all others are defects of the program.</summary>
internal static class CommandErrors
{
    /// <summary>Sets a command's action, which may throw these exceptions.</summary>
    internal static void SetGuardedAction(this Command command, Action<ParseResult> action)
        => command.SetAction(parsed =>
        {
            try
            {
                action(parsed);
                return 0;
            }
            catch (IOException exception) when (StandardOutput.IsClosed(exception))
            {
                // The reader of the output has stopped reading: nothing is left to do.
                return 0;
            }
            catch (Exception exception) when (IsExpected(exception))
            {
                parsed.InvocationConfiguration.Error.WriteLine(PlainText.Of(MessageOf(exception)));
                return 1;
            }
        });

    /// <summary>The line for the user.</summary>
    internal static string MessageOf(Exception exception)
        => exception is OutOfMemoryException ? $"Expected enough memory, but there is too little: {exception.Message}" : exception.Message;

    private static bool IsExpected(Exception exception)
        => exception is CommandException or FastRnnFormatException or NotSupportedException or IOException or UnauthorizedAccessException
            or OutOfMemoryException;
}
