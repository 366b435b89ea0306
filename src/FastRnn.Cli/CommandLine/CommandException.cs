namespace FastRnn.Cli.CommandLine;

/// <summary>A command can't do what was asked. The message is the line for the user, and names what is at fault.</summary>
internal sealed class CommandException(string message, Exception? innerException = null) : Exception(message, innerException);
