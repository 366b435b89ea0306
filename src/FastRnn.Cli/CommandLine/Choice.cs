namespace FastRnn.Cli.CommandLine;

/// <summary>A chosen value in an object: System.CommandLine takes no value for options of type <see cref="bool"/>.</summary>
/// <param name="Value">what the name stands for</param>
internal sealed record Choice<T>(T Value)
    where T : struct;
