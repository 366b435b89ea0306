using FastRnn.Serialization;

namespace FastRnn.Cli.Inspect;

/// <summary>What a safetensors file holds.</summary>
internal static class SafetensorsContents
{
    internal static FileContents Read(string path)
    {
        using var file = SafetensorsFile.Open(path);
        float[] buffer = [];
        var tensors = new List<ListedTensor>();
        foreach (TensorEntry tensor in file.Tensors)
        {
            tensors.Add(new ListedTensor(tensor.Name, tensor.Type, tensor.Shape, Warning(file, tensor, ref buffer)));
        }

        return new FileContents("safetensors", tensors, [.. file.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)]);
    }

    /// <param name="buffer">for values; grows to the longest tensor</param>
    private static string? Warning(SafetensorsFile file, TensorEntry tensor, ref float[] buffer)
    {
        if (!FloatConversion.IsKnown(tensor.ElementType))
        {
            return null;
        }

        if (tensor.Count > Array.MaxLength)
        {
            return "too many values to look for those that are not finite";
        }

        int count = (int)tensor.Count;
        if (buffer.Length < count)
        {
            buffer = new float[count];
        }

        file.Read(tensor, buffer.AsSpan(0, count));
        return ListedTensor.WarningOf(buffer.AsSpan(0, count));
    }
}
