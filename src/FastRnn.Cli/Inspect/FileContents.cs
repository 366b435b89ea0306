namespace FastRnn.Cli.Inspect;

/// <summary>What a file holds, whether or not a model can be made of it.</summary>
/// <param name="Format">what it is, in words</param>
/// <param name="Tensors">its tensors, in its order</param>
/// <param name="Metadata">its own texts, by name</param>
internal sealed record FileContents(
    string Format, IReadOnlyList<ListedTensor> Tensors, IReadOnlyList<KeyValuePair<string, string>> Metadata);
