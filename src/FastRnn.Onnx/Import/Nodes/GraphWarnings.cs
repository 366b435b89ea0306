namespace FastRnn.Onnx.Import;

/// <summary>What may be wrong with a graph although it can be read; each is a sentence.</summary>
internal sealed class GraphWarnings
{
    private readonly List<string> _all = [];
    private bool _hasHalf;

    internal IReadOnlyList<string> All => _all.AsReadOnly();

    internal void Add(string item, string warning) => _all.Add($"{item}: {warning}");

    /// <summary>What half precision means here, once.</summary>
    internal void AddHalf(string item)
    {
        if (!_hasHalf)
        {
            _hasHalf = true;
            Add(item, "values are of half precision, but FastRnn computes in floats: the outputs may differ by what the graph rounds away");
        }
    }
}
