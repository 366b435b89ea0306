using FastRnn.Serialization;

namespace FastRnn.Tests.Support;

/// <summary>Tensors to be changed and written to a file of their own, which goes away with this.</summary>
internal sealed class EditedTensors : IDisposable
{
    private readonly SortedDictionary<string, (int[] Shape, float[] Values)> _tensors = new(StringComparer.Ordinal);

    internal string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"fastrnn-{Guid.NewGuid():N}.safetensors");

    internal IEnumerable<string> Names => _tensors.Keys.ToArray();

    /// <summary>The tensors of a file.</summary>
    internal static EditedTensors Of(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        var tensors = new EditedTensors();
        foreach (TensorEntry tensor in file.Tensors)
        {
            var values = new float[tensor.Count];
            file.Read(tensor, values);
            tensors._tensors.Add(tensor.Name, (tensor.Shape.Select(length => (int)length).ToArray(), values));
        }

        return tensors;
    }

    internal float[] Values(string name) => _tensors[name].Values;

    internal int[] Shape(string name) => _tensors[name].Shape;

    /// <summary>A tensor of values that all differ.</summary>
    internal EditedTensors With(string name, params int[] shape)
    {
        int count = shape.Aggregate(1, (product, length) => product * length);
        _tensors[name] = (shape, Enumerable.Range(0, count).Select(i => i / (1f + count)).ToArray());
        return this;
    }

    internal EditedTensors Without(string name)
    {
        Assert.True(_tensors.Remove(name), name);
        return this;
    }

    /// <summary>Exchanges a gate with the next one in every tensor of a recurrent layer.</summary>
    /// <param name="gates">how many there are</param>
    /// <param name="first">the first of the two</param>
    /// <param name="isLast">whether gates are blocks of the last dimension, otherwise of the first</param>
    internal void SwapGates(int gates, int first, bool isLast)
    {
        foreach ((int[] shape, float[] values) in _tensors.Values)
        {
            int rows = isLast ? values.Length / shape[^1] : 1;
            int block = values.Length / rows / gates;
            for (int row = 0; row < rows; row++)
            {
                Span<float> one = values.AsSpan((row * gates + first) * block, block);
                Span<float> other = values.AsSpan((row * gates + first + 1) * block, block);
                float[] copy = one.ToArray();
                other.CopyTo(one);
                copy.CopyTo(other);
            }
        }
    }

    internal string Save()
    {
        var writer = new SafetensorsWriter();
        foreach ((string name, (int[] shape, float[] values)) in _tensors)
        {
            writer.Add(name, ElementType.Float32, shape, values);
        }

        writer.WriteTo(Path);
        return Path;
    }

    public void Dispose() => File.Delete(Path);
}
