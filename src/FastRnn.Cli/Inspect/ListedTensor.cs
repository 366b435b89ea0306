namespace FastRnn.Cli.Inspect;

/// <summary>A tensor of a file, for the list of tensors.</summary>
/// <param name="Name">its name in the file</param>
/// <param name="Type">the type of its values, by the name of the format</param>
/// <param name="Shape">the lengths of its dimensions</param>
/// <param name="Warning">what is suspicious about its values; null if nothing is</param>
internal sealed record ListedTensor(string Name, string Type, IReadOnlyList<long> Shape, string? Warning);
