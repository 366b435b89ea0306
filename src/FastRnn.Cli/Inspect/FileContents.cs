namespace FastRnn.Cli.Inspect;

/// <summary>What a file holds, whether or not it can be loaded as a model.</summary>
/// <param name="Format">its format, in words</param>
/// <param name="Tensors">its tensors, in the order of the file</param>
/// <param name="Metadata">its metadata</param>
internal sealed record FileContents(
    string Format, IReadOnlyList<ListedTensor> Tensors, IReadOnlyList<KeyValuePair<string, string>> Metadata);
