namespace FastRnn.Cli;

/// <summary>What a command can't do with what it was given: one line for the user, naming what is at fault.</summary>
internal sealed class CommandFault(string message, Exception? innerException = null) : Exception(message, innerException);
