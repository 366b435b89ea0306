using System.CommandLine;
using FastRnn.Serialization;

namespace FastRnn.Cli;

/// <summary>What of exceptions becomes a line of standard error and the exit code 1; all others are defects of the program.</summary>
internal static class Faults
{
    /// <summary>Has a command run so.</summary>
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
                // Whoever reads has enough: nothing is left to do.
                return 0;
            }
            catch (Exception exception) when (IsOfTheData(exception))
            {
                parsed.InvocationConfiguration.Error.WriteLine(PlainText.Of(MessageOf(exception)));
                return 1;
            }
        });

    /// <summary>The line for the user.</summary>
    internal static string MessageOf(Exception exception)
        => exception is OutOfMemoryException ? $"Expected enough memory, but there is too little: {exception.Message}" : exception.Message;

    /// <summary>The message without the name of the parameter, which is the library's and not the user's.</summary>
    internal static string WithoutParameter(ArgumentException exception)
        => exception.Message.Replace($" (Parameter '{exception.ParamName}')", string.Empty, StringComparison.Ordinal);

    private static bool IsOfTheData(Exception exception)
        => exception is CommandFault or FastRnnFormatException or NotSupportedException or IOException or UnauthorizedAccessException
            or OutOfMemoryException;
}
