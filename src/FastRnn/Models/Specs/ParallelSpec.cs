using System.Globalization;
using System.Text;

namespace FastRnn;

/// <summary>
/// Branches that see the same inputs, each a sequence of layers, whose outputs are merged: y = x + f(x) as a residual, side by side, a
/// product as a gate. A branch without layers is the identity. Parameters and state are those of the branches one behind another, named
/// <c>branches.0.1.inputWeights</c> for the second layer of the first branch.
/// </summary>
/// <remarks>Source of the residual: K. He et al., Deep residual learning for image recognition, CVPR 2016.</remarks>
public sealed record ParallelSpec : LayerSpec
{
    internal ParallelSpec(Merge merge, ReadOnlySpan<LayerSpec[]> branches)
    {
        Merge = Enum.IsDefined(merge)
            ? merge
            : throw new ArgumentOutOfRangeException(nameof(merge), merge, "Expected one of the ways to merge that the enumeration names.");
        if (branches.Length < 2)
        {
            throw new ArgumentException($"Expected at least 2 branches, but got {branches.Length}.", nameof(branches));
        }

        var copies = new IReadOnlyList<LayerSpec>[branches.Length];
        for (int i = 0; i < copies.Length; i++)
        {
            LayerSpec[] branch = branches[i]
                ?? throw new ArgumentException($"Expected layers, but branches[{i}] is null.", nameof(branches));
            copies[i] = LayerSequence.Copy(branch, $"branches[{i}]", nameof(branches));
        }

        Branches = Array.AsReadOnly(copies);
        Depth = 1 + copies.Max(DepthOf);
        if (Depth > LargestDepth)
        {
            throw new ArgumentException(
                $"Expected branches within branches at most {LargestDepth} deep, but got {Depth}.", nameof(branches));
        }

        CanStream = Array.TrueForAll(copies, branch => branch.All(layer => layer.CanStream));
        IsTemporal = Array.Exists(copies, branch => branch.Any(layer => layer.IsTemporal));
        ReducesTime = Array.TrueForAll(copies, branch => branch.Any(layer => layer.ReducesTime));
    }

    /// <summary>How deep branches may be within each other.</summary>
    internal const int LargestDepth = 12;

    /// <summary>How the outputs of the branches become one.</summary>
    public Merge Merge { get; }

    /// <summary>The layers of each branch, from the inputs up; none for the identity.</summary>
    public IReadOnlyList<IReadOnlyList<LayerSpec>> Branches { get; }

    /// <inheritdoc/>
    public override bool CanStream { get; }

    /// <inheritdoc/>
    public override bool IsTemporal { get; }

    /// <inheritdoc/>
    public override bool ReducesTime { get; }

    /// <summary>How deep branches are within each other; 1 without further ones.</summary>
    internal int Depth { get; }

    internal override string Kind => Merge == Merge.Sum && Branches.Any(branch => branch.Count == 0) ? "Residual" : $"Parallel {Merge}";

    /// <summary>Whether all parts are equal.</summary>
    /// <param name="other">Another spec.</param>
    public bool Equals(ParallelSpec? other)
        => other is not null && Merge == other.Merge && Branches.Count == other.Branches.Count
            && Branches.Zip(other.Branches).All(pair => pair.First.SequenceEqual(pair.Second));

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Merge);
        foreach (IReadOnlyList<LayerSpec> branch in Branches)
        {
            hash.Add(branch.Count);
            foreach (LayerSpec layer in branch)
            {
                hash.Add(layer);
            }
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append(
            CultureInfo.InvariantCulture,
            $"Merge = {Merge}, Branches = [{string.Join(", ", Branches.Select(branch => $"[{string.Join(", ", branch)}]"))}]");
        return true;
    }

    internal override int Outputs(int inputSize)
    {
        IEnumerable<int> sizes = Branches.Select(branch => branch.Aggregate(inputSize, (size, layer) => layer.Outputs(size)));
        return Merge == Merge.Concatenate ? Saturated(sizes.Sum(size => (long)size)) : sizes.First();
    }

    internal override bool MixesBehind(LayerPlace place)
        => Branches.Any(branch => branch.Behind(place) is { IsMixed: true } or { ReverseColumn: not null });

    internal override IReadOnlyList<ParameterShape> Parameters(int inputSize)
        => [.. Inner(inputSize).SelectMany(inner => inner.Spec.Parameters(inner.InputSize)
            .Select(shape => shape with { Name = $"{inner.Path}.{shape.Name}" }))];

    internal override (string Name, bool IsReverse, long Length)[] GetState(int inputSize)
        => [.. Inner(inputSize).SelectMany(inner => inner.Spec.GetState(inner.InputSize)
            .Select(part => part with { Name = $"{inner.Path}.{part.Name}" }))];

    internal override IEnumerable<(string Name, int Size)> Memories(string name)
        => Branches.SelectMany((branch, i) => branch.SelectMany(
            (layer, j) => layer.Memories(LayerSequence.Name(BranchName(name, i), j, layer))));

    internal override IEnumerable<string> LookingAhead(string name)
        => Branches.SelectMany((branch, i) => branch.SelectMany(
            (layer, j) => layer.LookingAhead(LayerSequence.Name(BranchName(name, i), j, layer))));

    internal override string? Refusal(LayerPlace place)
    {
        if (NeedsValues(place) is { } needed)
        {
            return needed;
        }

        LayerPlace[] ends = [.. Branches.Select(branch => branch.Behind(place))];
        int other = Array.FindIndex(ends, end => end.IsReduced != ends[0].IsReduced);
        if (other >= 0)
        {
            return "has branches of which all, or none, have to make one row of each sequence, but branches[0] and "
                + $"branches[{other}] differ";
        }

        other = Merge == Merge.Concatenate ? -1 : Array.FindIndex(ends, end => end.InputSize != ends[0].InputSize);
        return other >= 0
            ? $"has branches whose outputs have to meet, but branches[0] has {ends[0].InputSize} and branches[{other}] "
                + $"{ends[other].InputSize}"
            : null;
    }

    internal override void CheckBranches(string name, LayerPlace place, string parameter)
    {
        for (int i = 0; i < Branches.Count; i++)
        {
            Branches[i].Check(BranchName(name, i), place, parameter);
        }
    }

    /// <summary>How deep branches are within each other in layers; 0 where there are none.</summary>
    internal static int DepthOf(IEnumerable<LayerSpec> layers)
        => layers.Select(layer => (layer as ParallelSpec)?.Depth ?? 0).DefaultIfEmpty().Max();

    /// <summary>The name of a branch in messages, such as <c>layers[1] (Residual).branches[0]</c>.</summary>
    internal static string BranchName(string name, int branch) => $"{name}.branches[{branch}]";

    /// <summary>All layers of all branches, each with its path and the size of its inputs.</summary>
    private IEnumerable<(string Path, LayerSpec Spec, int InputSize)> Inner(int inputSize)
        => Branches.SelectMany((branch, i) => branch.At(inputSize)
            .Select((inner, j) => ($"branches.{i}.{j}", inner.Spec, inner.Place.InputSize)));
}
