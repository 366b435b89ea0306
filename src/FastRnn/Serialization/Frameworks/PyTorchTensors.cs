namespace FastRnn.Serialization;

/// <summary>
/// The tensors of a state dictionary of PyTorch under the names that their modules gave them. What wrappers put before names is taken off:
/// <c>module.</c> of DataParallel where all have it, <c>_orig_mod.</c> of compiled modules wherever it stands. A weight that weight
/// normalization has split into g and v is the tensor g·v / ‖v‖ again, with the norm of each row: <c>weight_g</c> and <c>weight_v</c>, or
/// <c>parametrizations.weight.original0</c> and <c>original1</c>, of any weight. Sources: torch/nn/utils/weight_norm.py,
/// torch/nn/utils/parametrizations.py, torch/_dynamo/eval_frame.py of PyTorch.
/// </summary>
internal static class PyTorchTensors
{
    private const string Wrapper = "module.", Compiled = "_orig_mod.", Parametrizations = "parametrizations.";

    private const string Magnitude = "_g", Direction = "_v", FirstOriginal = ".original0", SecondOriginal = ".original1";

    internal static List<(string Name, TensorEntry Tensor)> Of(SafetensorsFile file)
    {
        List<(string Name, TensorEntry Tensor)> tensors =
            [.. file.Tensors.Select(tensor => (tensor.Name.Replace(Compiled, string.Empty, StringComparison.Ordinal), tensor))];
        while (tensors.Count > 0 && tensors.TrueForAll(pair => pair.Name.StartsWith(Wrapper, StringComparison.Ordinal)))
        {
            tensors = [.. tensors.Select(pair => (pair.Name[Wrapper.Length..], pair.Tensor))];
        }

        var byName = new Dictionary<string, TensorEntry>(StringComparer.Ordinal);
        foreach ((string name, TensorEntry tensor) in tensors)
        {
            if (!byName.TryAdd(name, tensor))
            {
                throw new FastRnnFormatException(
                    file.Path, tensor.Name, $"expected one tensor '{name}' without what wrappers add, but there are two");
            }
        }

        return [.. tensors.Select(pair => Joined(file, byName, pair.Name, pair.Tensor)).OfType<(string, TensorEntry)>()];
    }

    /// <summary>A tensor as it is; the weight for v, and nothing for its g.</summary>
    private static (string Name, TensorEntry Tensor)? Joined(
        SafetensorsFile file, Dictionary<string, TensorEntry> tensors, string name, TensorEntry tensor)
    {
        string part = name[(name.LastIndexOf('.') + 1)..];
        if (name.Contains(Parametrizations, StringComparison.Ordinal))
        {
            string weight = name[..Math.Max(0, name.LastIndexOf('.'))].Replace(Parametrizations, string.Empty, StringComparison.Ordinal);
            if (name.EndsWith(FirstOriginal, StringComparison.Ordinal) && tensors.ContainsKey(Other(name, FirstOriginal, SecondOriginal)))
            {
                return null;
            }

            return name.EndsWith(SecondOriginal, StringComparison.Ordinal)
                && tensors.TryGetValue(Other(name, SecondOriginal, FirstOriginal), out TensorEntry? first)
                ? (weight, Product(file, first, tensor))
                : (name, tensor);
        }

        if (!part.StartsWith("weight", StringComparison.Ordinal))
        {
            return (name, tensor);
        }

        if (part.EndsWith(Magnitude, StringComparison.Ordinal) && tensors.ContainsKey(Other(name, Magnitude, Direction)))
        {
            return null;
        }

        return part.EndsWith(Direction, StringComparison.Ordinal)
            && tensors.TryGetValue(Other(name, Direction, Magnitude), out TensorEntry? magnitude)
            ? (name[..^Direction.Length], Product(file, magnitude, tensor))
            : (name, tensor);
    }

    private static string Other(string name, string end, string otherEnd) => name[..^end.Length] + otherEnd;

    /// <summary>g·v / ‖v‖, computed when it is read.</summary>
    private static TensorEntry Product(SafetensorsFile file, TensorEntry magnitude, TensorEntry direction)
    {
        // A norm without dimensions is that of all rows together.
        long rows = magnitude.Shape.Count == 0 ? 1 : direction.Shape.Count > 0 ? direction.Shape[0] : 0;
        bool isByRow = magnitude.Shape.Count == 0 || (rows > 0 && magnitude.Count == rows && magnitude.Shape[0] == rows);
        return isByRow && direction.Count is > 0 and <= int.MaxValue
            ? TensorEntry.Computed(direction, () => Multiply(file, magnitude, direction, (int)rows))
            : throw new FastRnnFormatException(
                file.Path, magnitude.Name,
                $"expected a norm for each of the {rows} rows of '{direction.Name}', but its shape is "
                + $"[{string.Join(", ", magnitude.Shape)}]");
    }

    private static float[] Multiply(SafetensorsFile file, TensorEntry magnitude, TensorEntry direction, int rows)
    {
        var weights = new float[direction.Count];
        var norms = new float[rows];
        file.Read(direction, weights);
        file.Read(magnitude, norms);
        int columns = weights.Length / rows;
        for (int row = 0; row < rows; row++)
        {
            Span<float> values = weights.AsSpan(row * columns, columns);
            double sum = 0;
            foreach (float value in values)
            {
                sum += (double)value * value;
            }

            if (sum == 0)
            {
                throw new FastRnnFormatException(
                    file.Path, direction.Name, $"expected rows with a norm above 0, for weight normalization, but row {row} is zeros");
            }

            double scale = norms[row] / Math.Sqrt(sum);
            foreach (ref float value in values)
            {
                value = (float)(value * scale);
            }
        }

        return weights;
    }
}
