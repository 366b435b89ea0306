namespace FastRnn.Serialization;

/// <summary>The tensors of one module of a file, or of all of it. Each is taken once; what is left over is refused.</summary>
/// <param name="file">what has them</param>
/// <param name="name">what stands before the names of the tensors, without a separator behind; empty where nothing does</param>
/// <param name="separator">between that name and the rest</param>
internal sealed class TensorGroup(SafetensorsFile file, string name, char separator)
{
    private readonly Dictionary<string, TensorEntry> _tensors = new(StringComparer.Ordinal);

    /// <summary>All tensors of a file, by their full names.</summary>
    internal TensorGroup(SafetensorsFile file)
        : this(file, string.Empty, default)
    {
        foreach (TensorEntry tensor in file.Tensors)
        {
            Add(tensor.Name, tensor);
        }
    }

    internal SafetensorsFile File => file;

    internal string Name => name;

    /// <summary>The rests of the names of the tensors that have not been taken.</summary>
    internal IReadOnlyCollection<string> Parts => _tensors.Keys;

    internal void Add(string part, TensorEntry tensor)
    {
        if (!_tensors.TryAdd(part, tensor))
        {
            throw Fault(tensor, $"expected one tensor '{part}' of the module '{name}', but there are two");
        }
    }

    internal bool Has(string part) => _tensors.ContainsKey(part);

    /// <summary>How many dimensions a tensor has; null where there is none of that name.</summary>
    internal int? Rank(string part) => _tensors.TryGetValue(part, out TensorEntry? tensor) ? tensor.Shape.Count : null;

    /// <summary>How many values a tensor has; null where there is none of that name.</summary>
    internal long? Count(string part) => _tensors.TryGetValue(part, out TensorEntry? tensor) ? tensor.Count : null;

    /// <summary>Passes over a single number of any type that no layer needs, where it is there.</summary>
    internal void PassOver(string part)
    {
        if (_tensors.Remove(part, out TensorEntry? tensor) && tensor.Count != 1)
        {
            throw Fault(tensor, $"expected one number, but its shape is [{string.Join(", ", tensor.Shape)}]");
        }
    }

    /// <summary>Takes a tensor of floats.</summary>
    /// <param name="part">the rest of its name</param>
    /// <param name="shape">what its shape has to be; null stands for any length from 1</param>
    internal TensorEntry Take(string part, params ReadOnlySpan<int?> shape)
    {
        if (!_tensors.Remove(part, out TensorEntry? tensor))
        {
            string full = name.Length == 0 ? part : $"{name}{separator}{part}";
            throw new FastRnnFormatException(file.Path, full, $"expected a tensor {Describe(shape)}, but there is none");
        }

        if (!FloatConversion.IsKnown(tensor.ElementType))
        {
            throw Fault(tensor, $"expected F32, F64, F16 or BF16, but its values are {tensor.Type}");
        }

        bool fits = tensor.Shape.Count == shape.Length;
        for (int i = 0; fits && i < shape.Length; i++)
        {
            long length = tensor.Shape[i];
            fits = shape[i] is { } expected ? length == expected : length is >= 1 and <= int.MaxValue;
        }

        return fits ? tensor : throw Fault(tensor, $"expected the shape {Describe(shape)}, but it is [{string.Join(", ", tensor.Shape)}]");
    }

    /// <summary>Takes a tensor that may be missing.</summary>
    /// <inheritdoc cref="Take" path="/param"/>
    internal TensorEntry? TakeIfThere(string part, params ReadOnlySpan<int?> shape) => Has(part) ? Take(part, shape) : null;

    /// <summary>Refuses what has not been taken.</summary>
    /// <param name="isKnown">which tensors have a rule of their own; null for none</param>
    /// <param name="rule">the rule</param>
    internal void RefuseRest(Func<string, bool>? isKnown = null, string? rule = null)
    {
        string? part = _tensors.Keys.Order(StringComparer.Ordinal).FirstOrDefault();
        if (part is not null)
        {
            throw Fault(
                _tensors[part], isKnown?.Invoke(part) == true ? rule! : "expected no further tensor, but nothing takes this one");
        }
    }

    internal FastRnnFormatException Fault(TensorEntry tensor, string rule) => new(file.Path, tensor.Name, rule);

    private static string Describe(ReadOnlySpan<int?> shape)
    {
        var lengths = new List<string>();
        foreach (int? length in shape)
        {
            lengths.Add(length?.ToString() ?? "n");
        }

        return $"[{string.Join(", ", lengths)}]";
    }
}
