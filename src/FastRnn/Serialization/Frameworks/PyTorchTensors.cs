namespace FastRnn.Serialization;

/// <summary>
/// The tensors of a state dictionary of PyTorch under the names that their modules gave them. What wrappers put before names is taken off:
/// <c>module.</c> of DataParallel where all have it, <c>_orig_mod.</c> of compiled modules wherever it stands. A weight that weight
/// normalization has split into g and v is the tensor g·v / ‖v‖ again: <c>weight_g</c> and <c>weight_v</c>, or
/// <c>parametrizations.weight.original0</c> and <c>original1</c>, of any weight. What AveragedModel counts,
/// <c>n_averaged</c>, is left out. Sources: torch/nn/utils/weight_norm.py,
/// torch/nn/utils/parametrizations.py, torch/_dynamo/eval_frame.py of PyTorch.
/// </summary>
internal static class PyTorchTensors
{
    /// <summary>What the last part of the names of parametrized weights begins with.</summary>
    internal const string Original = "original";

    private const string Magnitude = $"{Original}0", Direction = $"{Original}1";

    private const string Wrapper = "module.", Compiled = "_orig_mod", Averaged = "n_averaged", Parametrizations = "parametrizations";

    internal static List<(string Name, TensorEntry Tensor)> Of(SafetensorsFile file)
    {
        List<(string Name, TensorEntry Tensor)> tensors =
        [
            .. file.Tensors.Select(tensor => (Name: WithoutCompiled(tensor.Name), Tensor: tensor))
                .Where(pair => pair.Tensor.Count != 1 || pair.Name.Split('.')[^1] != Averaged),
        ];
        int wrapped = tensors.Select(pair => WrappedLength(pair.Name)).DefaultIfEmpty().Min();
        var byName = new Dictionary<string, TensorEntry>(StringComparer.Ordinal);
        foreach ((string name, TensorEntry tensor) in tensors)
        {
            if (!byName.TryAdd(name[wrapped..], tensor))
            {
                throw Fault(file, tensor, $"expected one tensor '{name[wrapped..]}' without what wrappers add, but there are two");
            }
        }

        var joined = new List<(string Name, TensorEntry Tensor)>();
        foreach ((string fullName, TensorEntry tensor) in tensors)
        {
            string name = fullName[wrapped..];
            if (PartsOf(file, name, tensor) is not ({ } weight, { } other, bool isMagnitude))
            {
                joined.Add((name, tensor));
            }
            else if (!byName.TryGetValue(other, out TensorEntry? second))
            {
                throw Fault(file, tensor, $"expected '{other}' beside this one, as weight normalization has both, but there is none");
            }
            else if (!isMagnitude)
            {
                joined.Add((weight, Product(file, second, tensor)));
            }
        }

        return joined;
    }

    /// <summary>A name without the parts that compiling has put between; the last part is the tensor's own.</summary>
    private static string WithoutCompiled(string name)
        => name.Contains(Compiled, StringComparison.Ordinal) && name.Split('.') is [.. var before, var own]
            ? string.Join('.', before.Where(part => part != Compiled).Append(own))
            : name;

    /// <summary>Characters of all wrappers that stand before a name.</summary>
    private static int WrappedLength(string name)
    {
        int length = 0;
        while (string.CompareOrdinal(name, length, Wrapper, 0, Wrapper.Length) == 0)
        {
            length += Wrapper.Length;
        }

        return length;
    }

    /// <summary>The weight that a tensor is a part of, the name of the other part, and whether this one is g; null where it is none.
    /// </summary>
    private static (string Weight, string Other, bool IsMagnitude)? PartsOf(SafetensorsFile file, string name, TensorEntry tensor)
    {
        string[] parts = name.Split('.');
        string start = name[..^parts[^1].Length];
        switch (parts)
        {
            case [.. var module, Parametrizations, var weight, Magnitude or Direction]:
                bool isMagnitude = parts[^1] == Magnitude;
                return (string.Join('.', [.. module, weight]), start + (isMagnitude ? Direction : Magnitude), isMagnitude);
            case [.., var own] when own.StartsWith("weight", StringComparison.Ordinal) && own[^2..] is "_g" or "_v":
                return (name[..^2], name[..^2] + (own[^1] == 'g' ? "_v" : "_g"), own[^1] == 'g');
            case [.., var own] when own.StartsWith("weight", StringComparison.Ordinal) && own.EndsWith("_orig", StringComparison.Ordinal):
            case [.. var before, _] when before.Contains(Parametrizations):
                throw Fault(
                    file, tensor,
                    "expected a weight as it is or in the parts of weight normalization, but this is a part of another one, as of spectral "
                    + "normalization, orthogonal matrices or pruning: take these off before the file is written");
            default:
                return null;
        }
    }

    /// <summary>g·v / ‖v‖, computed when it is read. g has the length of v in the dimension that norms are taken for, and 1 in others; or
    /// no dimensions, for the norm of all.</summary>
    private static TensorEntry Product(SafetensorsFile file, TensorEntry magnitude, TensorEntry direction)
    {
        int[] kept = [.. Enumerable.Range(0, magnitude.Shape.Count).Where(i => magnitude.Shape[i] != 1)];
        bool fits = magnitude.Shape.Count == 0
            || (magnitude.Shape.Count == direction.Shape.Count
                && kept.Length <= 1 && Array.TrueForAll(kept, i => magnitude.Shape[i] == direction.Shape[i]));
        return fits && direction.Count is > 0 and <= int.MaxValue
            ? TensorEntry.Computed(
                direction,
                () => Multiply(
                    file, magnitude, direction, (int)direction.Shape.Skip(kept is [var i] ? i + 1 : 0).Aggregate(1L, (a, b) => a * b)))
            : throw Fault(
                file, magnitude,
                $"expected the length of '{direction.Name}' [{string.Join(", ", direction.Shape)}] in one dimension and 1 in the others, "
                + $"for its norms, but the shape is [{string.Join(", ", magnitude.Shape)}]");
    }

    /// <param name="file">what has the tensors</param>
    /// <param name="magnitude">g</param>
    /// <param name="direction">v</param>
    /// <param name="run">values of v that follow each other and have one norm</param>
    private static float[] Multiply(SafetensorsFile file, TensorEntry magnitude, TensorEntry direction, int run)
    {
        var weights = new float[direction.Count];
        var lengths = new float[magnitude.Count];
        file.Read(direction, weights);
        file.Read(magnitude, lengths);
        var scales = new double[lengths.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            scales[i / run % scales.Length] += (double)weights[i] * weights[i];
        }

        int zero = Array.IndexOf(scales, 0);
        if (zero >= 0)
        {
            throw Fault(file, direction, $"expected norms above 0, for weight normalization, but norm {zero} is that of zeros");
        }

        for (int i = 0; i < scales.Length; i++)
        {
            scales[i] = lengths[i] / Math.Sqrt(scales[i]);
        }

        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = (float)(weights[i] * scales[i / run % scales.Length]);
        }

        return weights;
    }

    private static FastRnnFormatException Fault(SafetensorsFile file, TensorEntry tensor, string rule) => new(file.Path, tensor.Name, rule);
}
