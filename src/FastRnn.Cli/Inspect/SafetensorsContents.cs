using FastRnn.Serialization;

namespace FastRnn.Cli.Inspect;

/// <summary>Reads the tensors and the metadata of a safetensors file.</summary>
internal static class SafetensorsContents
{
    /// <summary>Values that are read at a time: a tensor may have more than memory holds.</summary>
    private const int LongestPart = 1 << 16;

    internal static FileContents Read(SafetensorsFile file)
    {
        var buffer = new float[LongestPart];
        var tensors = new List<ListedTensor>();
        foreach (TensorEntry tensor in file.Tensors)
        {
            tensors.Add(new ListedTensor(tensor.Name, tensor.Type, tensor.Shape, Warning(file, tensor, buffer)));
        }

        return new FileContents("safetensors", tensors, [.. file.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)]);
    }

    private static string? Warning(SafetensorsFile file, TensorEntry tensor, Span<float> buffer)
    {
        if (!FloatConversion.IsKnown(tensor.ElementType))
        {
            return null;
        }

        var found = new NotFiniteCount();
        for (long first = 0; first < tensor.Count; first += LongestPart)
        {
            Span<float> part = buffer[..(int)Math.Min(LongestPart, tensor.Count - first)];
            if (!file.TryRead(tensor, first, part))
            {
                return "a number is beyond all floats";
            }

            found.Add(part);
        }

        return found.Warning;
    }
}
