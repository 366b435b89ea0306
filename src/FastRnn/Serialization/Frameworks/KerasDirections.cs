namespace FastRnn.Serialization;

/// <summary>
/// Which parts of Keras' paths are the directions of bidirectional layers. Keras names them forward_X and backward_X within a part of the
/// layer's own name, bidirectional unless its user has chosen another; who has built two directions by hand, with outputs in other orders,
/// may have named the two layers alike. So a pair within another part, or one name alone, is asked for or is a layer of its own.
/// </summary>
internal sealed class KerasDirections
{
    private const string Forward = "forward_", Backward = "backward_", Bidirectional = "bidirectional";

    private readonly char _separator;

    /// <summary>The paths of directions, without what stands behind.</summary>
    private readonly HashSet<string> _paths;

    internal KerasDirections(SafetensorsFile file, char separator, KerasOptions options)
    {
        _separator = separator;
        var candidates = file.Tensors
            .SelectMany(tensor => PartsThatMayBe(tensor.Name).Select(part => tensor.Name[..part.End]))
            .ToHashSet(StringComparer.Ordinal);
        string[] pairs = [.. candidates.Where(path => !IsWithinBidirectional(path) && candidates.Contains(Opposite(path)))];
        if (pairs.Length > 0 && options.Bidirectional is null)
        {
            throw options.Fault(
                file.Path, pairs[0], nameof(KerasOptions.Bidirectional),
                $"expected a value, since the file does not say whether this and '{Opposite(pairs[0])}' are the two directions of one "
                + "bidirectional layer or two layers");
        }

        if (pairs.Length == 0 && options.Bidirectional is not null)
        {
            throw options.Fault(
                file.Path, null, nameof(KerasOptions.Bidirectional),
                $"expected layers named {Forward}X and {Backward}X, but there are none");
        }

        _paths = [.. candidates.Where(IsWithinBidirectional), .. options.Bidirectional == true ? pairs : []];
    }

    internal static bool HasOne(string part)
        => part.StartsWith(Forward, StringComparison.Ordinal) || part.StartsWith(Backward, StringComparison.Ordinal);

    /// <summary>What stands before the tensors of the two directions.</summary>
    /// <param name="one">the same of one of them</param>
    internal static string[] Both(string one)
    {
        string layer = one[(one.IndexOf('_', StringComparison.Ordinal) + 1)..];
        return [Forward + layer, Backward + layer];
    }

    /// <summary>Where the direction begins in a tensor's path; null where it has none.</summary>
    internal int? StartOf(string path)
    {
        foreach (Range part in PartsThatMayBe(path))
        {
            if (_paths.Contains(path[..part.End]))
            {
                return part.Start.Value;
            }
        }

        return null;
    }

    /// <summary>The two parts before the last, the inner one first: a layer has its weights itself or in its cell.</summary>
    private IEnumerable<Range> PartsThatMayBe(string path)
    {
        int end = path.LastIndexOf(_separator);
        for (int i = 0; i < 2 && end > 0; i++)
        {
            int start = path.LastIndexOf(_separator, end - 1) + 1;
            if (HasOne(path[start..end]))
            {
                yield return start..end;
            }

            end = start - 1;
        }
    }

    /// <summary>The path of the other direction.</summary>
    private string Opposite(string path)
    {
        int start = path.LastIndexOf(_separator) + 1;
        string[] both = Both(path[start..]);
        return path[..start] + (path[start..] == both[0] ? both[1] : both[0]);
    }

    private bool IsWithinBidirectional(string path)
    {
        int end = path.LastIndexOf(_separator);
        int start = end > 0 ? path.LastIndexOf(_separator, end - 1) + 1 : 0;
        return end > 0 && path[start..end].StartsWith(Bidirectional, StringComparison.Ordinal);
    }
}
