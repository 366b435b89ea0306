namespace FastRnn.Cli.Inspect;

/// <summary>A tensor of a file as it is listed.</summary>
/// <param name="Name">its name in the file</param>
/// <param name="Type">the type of its values, as the format names it</param>
/// <param name="Shape">the lengths of its dimensions</param>
/// <param name="Warning">what is suspicious about its values; null where nothing is</param>
internal sealed record ListedTensor(string Name, string Type, IReadOnlyList<long> Shape, string? Warning);
