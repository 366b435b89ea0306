namespace FastRnn.Cli;

/// <summary>What was chosen, as an object: the parser gives options of truth values no value of their own.</summary>
/// <param name="Value">what the name stands for</param>
internal sealed record Choice<T>(T Value)
    where T : struct;
