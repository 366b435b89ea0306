namespace FastRnn.Serialization;

/// <summary>A tensor as the header of a safetensors file lists it.</summary>
public sealed class TensorEntry
{
    internal TensorEntry(object owner, string name, ElementType type, long[] shape, long count, long start, long end)
    {
        Owner = owner;
        Name = name;
        ElementType = type;
        Shape = Array.AsReadOnly(shape);
        Count = count;
        Start = start;
        End = end;
    }

    /// <summary>The name, unique in the file.</summary>
    public string Name { get; }

    /// <summary>The type of its values as the format names it, such as F32 or BF16.</summary>
    public string Type => ElementType.Name;

    /// <summary>The lengths of its dimensions, the outermost first; none for a single value.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>How many values it has.</summary>
    public long Count { get; }

    /// <summary>Where values are computed of other tensors: gives all of them. Null for a tensor of the file.</summary>
    internal Lazy<float[]>? Values { get; private init; }

    /// <summary>The header that lists it.</summary>
    internal object Owner { get; }

    internal ElementType ElementType { get; }

    /// <summary>The first byte behind the header.</summary>
    internal long Start { get; }

    /// <summary>The byte behind the last.</summary>
    internal long End { get; }

    /// <summary>A tensor that stands for another one, with values that are computed when they are first read.</summary>
    internal static TensorEntry Computed(TensorEntry tensor, Func<float[]> values)
        => new(tensor.Owner, tensor.Name, ElementType.Float32, [.. tensor.Shape], tensor.Count, 0, 0)
        {
            Values = new Lazy<float[]>(values),
        };

    /// <summary>Name, type and shape, such as <c>rnn.weight_ih_l0 F32 [4, 3]</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Name} {Type} [{string.Join(", ", Shape)}]";
}
