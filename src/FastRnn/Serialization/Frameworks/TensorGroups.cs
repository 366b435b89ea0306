using System.Globalization;

namespace FastRnn.Serialization;

/// <summary>The tensors of a file by their modules.</summary>
internal static class TensorGroups
{
    /// <summary>The groups, in the order of their names.</summary>
    /// <param name="file">what has the tensors</param>
    /// <param name="tensors">the tensors, under the names to go by</param>
    /// <param name="separator">between the parts of names</param>
    /// <param name="endOf">where the module's name ends in a tensor's, at a separator; below 0 where it is empty</param>
    internal static IReadOnlyCollection<TensorGroup> Of(
        SafetensorsFile file, IEnumerable<(string Name, TensorEntry Tensor)> tensors, char separator, Func<string, int> endOf)
    {
        var groups = new SortedDictionary<string, TensorGroup>(StringComparer.Ordinal);
        foreach ((string fullName, TensorEntry tensor) in tensors)
        {
            RefuseBranch(file, fullName, tensor, separator);
            int end = endOf(fullName);
            string name = fullName[..Math.Max(0, end)];
            if (!groups.TryGetValue(name, out TensorGroup? group))
            {
                // A header can name millions, which take memory.
                if (groups.Count == SpecJson.LargestLayerCount)
                {
                    throw new FastRnnFormatException(
                        file.Path, null, $"expected from 1 to {SpecJson.LargestLayerCount} modules with weights, but there are more");
                }

                group = new TensorGroup(file, name, separator);
                groups.Add(name, group);
            }

            group.Add(fullName[(end + 1)..], tensor);
        }

        return groups.Values;
    }

    /// <summary>Throws for a tensor of a branch, whose name ModelWriter has made: it does not tell how branches join.</summary>
    private static void RefuseBranch(SafetensorsFile file, string name, TensorEntry tensor, char separator)
    {
        string[] parts = name.Split(separator);
        for (int i = 1; i < parts.Length; i++)
        {
            if (parts[i - 1] == ModelWriter.Branches && ulong.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                throw new FastRnnFormatException(
                    file.Path, tensor.Name,
                    "expected a chain of modules, but this tensor is one of a branch: branches are written, but not read");
            }
        }
    }
}
