namespace FastRnn.Serialization;

/// <summary>The tensors of a file, each to be taken by its name once; what nobody takes is refused.</summary>
internal sealed class TensorIntake(SafetensorsFile file)
{
    private readonly Dictionary<string, TensorEntry> _left = file.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);

    internal SafetensorsFile File { get; } = file;

    /// <summary>A tensor of that name, of any shape.</summary>
    internal TensorEntry Take(string name)
        => _left.Remove(name, out TensorEntry? tensor)
            ? tensor
            : throw new FastRnnFormatException(File.Path, name, "expected a tensor of this name, but there is none");

    /// <summary>A tensor of that name and shape.</summary>
    internal TensorEntry Take(string name, params ReadOnlySpan<int> shape)
    {
        TensorEntry tensor = Take(name);
        bool fits = tensor.Shape.Count == shape.Length;
        for (int i = 0; fits && i < shape.Length; i++)
        {
            fits = tensor.Shape[i] == shape[i];
        }

        return fits
            ? tensor
            : throw new FastRnnFormatException(
                File.Path, name,
                $"expected the shape [{string.Join(", ", shape.ToArray())}], but it is [{string.Join(", ", tensor.Shape)}]");
    }

    /// <summary>Throws when a tensor has not been taken.</summary>
    internal void End()
    {
        if (_left.Count > 0)
        {
            throw new FastRnnFormatException(
                File.Path, _left.Keys.Order(StringComparer.Ordinal).First(), "expected no further tensor, but nothing takes this one");
        }
    }
}
