namespace FastRnn.Serialization;

/// <summary>The tensors of a file by the modules that they are of.</summary>
/// <param name="file">what has them</param>
/// <param name="separator">between the parts of names</param>
internal sealed class TensorGroups(SafetensorsFile file, char separator)
{
    private readonly SortedDictionary<string, TensorGroup> _groups = new(StringComparer.Ordinal);

    /// <summary>By their names.</summary>
    internal IReadOnlyCollection<TensorGroup> All => _groups.Values;

    /// <param name="tensor">one of the file</param>
    /// <param name="end">where the module's name ends in the tensor's, at a separator; below 0 where it is empty</param>
    internal void Add(TensorEntry tensor, int end)
    {
        string name = tensor.Name[..Math.Max(0, end)];
        if (!_groups.TryGetValue(name, out TensorGroup? group))
        {
            // A header can name millions, which take memory.
            if (_groups.Count == SpecJson.LargestLayerCount)
            {
                throw new FastRnnFormatException(
                    file.Path, null, $"expected from 1 to {SpecJson.LargestLayerCount} modules with weights, but there are more");
            }

            group = new TensorGroup(file, name, separator);
            _groups.Add(name, group);
        }

        group.Add(tensor.Name[(end + 1)..], tensor);
    }
}
