using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>A node with the values of its inputs; null where one is omitted.</summary>
internal sealed record NodeCall(NodeReader Node, GraphValue?[] Arguments)
{
    internal GraphValue? Argument(int index) => index < Arguments.Length ? Arguments[index] : null;

    internal GraphValue Required(int index)
        => Argument(index) ?? throw Node.Refused($"expected at least {index + 1} inputs, but input {index} is missing");

    /// <summary>An input that has to be known when the file is read.</summary>
    internal Tensor Tensor(int index)
        => Required(index) is Constant constant
            ? constant.Tensor
            : throw Node.Refused($"expected constants as input {index}, {Node.InputName(index)}, but they depend on the graph's inputs");

    internal Tensor? TensorOrNull(int index) => Argument(index) is null ? null : Tensor(index);

    /// <summary>Whole numbers, which are an attribute up to some version of the operators and an input from then on.</summary>
    internal long[]? Integers(string name, int input)
    {
        long[]? given = Node.Ints(name);
        if (given is not null && Argument(input) is not null)
        {
            throw Node.Refused($"expected {name} as an attribute or as input {input}, but there are both");
        }

        return given ?? (TensorOrNull(input) is { } tensor ? Integers(tensor, input) : null);
    }

    internal long[] Integers(int input) => Integers(Tensor(input), input);

    /// <summary>An axis from 0 on; those below 0 count from the end.</summary>
    internal int Axis(long axis, int rank)
        => rank <= Format.Tensor.MostDimensions && axis >= -rank && axis < rank
            ? (int)(axis < 0 ? axis + rank : axis)
            : throw Node.Refused($"expected an axis from {-rank} to {rank - 1}, of at most {Format.Tensor.MostDimensions}, but got {axis}");

    /// <summary>Axes from 0 on, each once.</summary>
    internal int[] Axes(long[] axes, int rank)
    {
        int[] from = [.. axes.Select(axis => Axis(axis, rank))];
        return from.Distinct().Count() == from.Length
            ? from
            : throw Node.Refused($"expected each axis once, but they are {DisplayText.List(axes)}");
    }

    /// <summary>The axes that an Unsqueeze makes, in ascending order.</summary>
    internal int[] NewAxes(int rank)
    {
        long[] axes = Integers("axes", 1) ?? throw Node.Refused("expected axes, but there are none");
        return [.. Axes(axes, rank + axes.Length).Order()];
    }

    /// <summary>The order of a transposition; reversed where none is given.</summary>
    internal int[] Permutation(int rank)
    {
        long[] order = Node.Ints("perm") ?? [.. Enumerable.Range(0, rank).Reverse().Select(axis => (long)axis)];
        return order.Length == rank
            ? Axes(order, rank)
            : throw Node.Refused($"expected a perm of {rank} axes, but got {DisplayText.List(order)}");
    }

    /// <summary>The start, end and step of each sliced axis, as the file has them.</summary>
    internal (int Axis, long Start, long End, long Step)[] Slices(int rank)
    {
        long[] starts = Integers("starts", 1) ?? throw Node.Refused("expected starts, but there are none");
        long[] ends = Integers("ends", 2) ?? throw Node.Refused("expected ends, but there are none");
        int[] axes = Axes(Integers("axes", 3) ?? [.. Enumerable.Range(0, starts.Length).Select(axis => (long)axis)], rank);
        long[] steps = TensorOrNull(4) is { } tensor ? Integers(tensor, 4) : [.. starts.Select(_ => 1L)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length || steps.Contains(0))
        {
            throw Node.Refused(
                $"expected as many ends, axes and steps other than 0 as starts, {starts.Length}, but got "
                + $"{ends.Length}, {axes.Length} and {DisplayText.List(steps)}");
        }

        return [.. axes.Select((axis, i) => (axis, starts[i], ends[i], steps[i]))];
    }

    /// <summary>The axes whose sizes a Shape gives.</summary>
    internal T[] Shape<T>(T[] axes) => SliceRange.Elements(axes, Node.Int("start", 0), Node.Int("end", long.MaxValue), 1);

    /// <summary>The type that a Cast makes. Its attribute saturate concerns types that are refused.</summary>
    internal long CastType()
    {
        Node.IntOrNull("saturate");
        return Node.Int("to", 0);
    }

    private long[] Integers(Tensor tensor, int input)
        => tensor.Integers is { } values && tensor.Rank <= 1 && values.Length <= Format.Tensor.MostDimensions
            ? values
            : throw Node.Refused(
                $"expected a list of at most {Format.Tensor.MostDimensions} whole numbers as input {input}, but got {tensor}");
}
