using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>
/// Shapes that depend on the inputs, from the Shape of a flow on through what exporters do with them: an initial state of zeros for any
/// batch, a reshape that leaves time and batch as they are.
/// </summary>
internal sealed class DynamicShapes(ConstantFolding folding)
{
    /// <summary>The node's value; null where the operator is not one of these.</summary>
    internal GraphValue? Compute(NodeCall call)
    {
        string name = call.Node.Operator;
        if (name == "Concat" && call.Arguments.Any(argument => argument is DynamicShape))
        {
            call.Axis(call.Node.Int("axis", 0), 1);
            (long? Size, Axis? Axis)[] joined =
                [.. call.Arguments.SelectMany((_, i) => Sizes(call, i)).Take(TensorMoves.MostDimensions + 1)];
            return joined.Length <= TensorMoves.MostDimensions
                ? new DynamicShape(joined, IsScalar: false)
                : throw call.Node.Refused($"expected a shape of at most {TensorMoves.MostDimensions} sizes, but it joins more");
        }

        if (name == "ConstantOfShape" && call.Argument(0) is DynamicShape)
        {
            Tensor value = folding.FillValue(call);
            return value.Floats is [0f]
                ? new DynamicZeros()
                : throw call.Node.Refused($"expected zeros where a shape depends on the inputs, but the value is {value}");
        }

        if (name == "Expand" && call.Argument(1) is DynamicShape)
        {
            return Expand(call);
        }

        return call.Argument(0) switch
        {
            DynamicShape shape => Compute(call, shape),
            DynamicZeros when name is "Identity" or "Slice" or "Transpose" or "Unsqueeze" or "Squeeze" or "Reshape" or "Cast"
                => Zeros(call),
            _ => null,
        };
    }

    /// <summary>The sizes of a flow.</summary>
    internal static GraphValue Of(NodeCall call, Flow flow)
    {
        long start = call.Node.Int("start", 0), end = call.Node.Int("end", long.MaxValue);
        return Simplest(
            [.. Picked(flow.Axes, start, end, 1).Select(axis => (axis.Size, axis.Size is null ? axis : null))], isScalar: false);
    }

    /// <summary>A list of sizes, of which some may depend on the inputs.</summary>
    internal static (long? Size, Axis? Axis)[] Sizes(NodeCall call, int input)
        => call.Required(input) is DynamicShape shape
            ? shape.Sizes
            : [.. call.Integers(input).Select(size => ((long?)size, (Axis?)null))];

    internal static string Shown((long? Size, Axis? Axis)[] sizes)
        => string.Join(", ", sizes.Select(size => size.Axis?.ToString() ?? $"{size.Size}"));

    private static GraphValue Compute(NodeCall call, DynamicShape shape)
    {
        int count = shape.Sizes.Length;
        switch (call.Node.Operator)
        {
            case "Identity":
                return shape;
            case "Cast":
                call.Node.Int("to", 0);
                return shape;
            case "Unsqueeze" when shape.IsScalar && call.Integers("axes", 1) is [0 or -1]:
                return shape with { IsScalar = false };
            case "Squeeze" when !shape.IsScalar && shape.Sizes.Length == 1 && call.Integers("axes", 1) is null or [0 or -1]:
                return shape with { IsScalar = true };
            case "Gather" when !shape.IsScalar && call.Node.Int("axis", 0) is 0 or -1
                && call.Tensor(1) is { Rank: <= 1, Integers: { Length: <= TensorMoves.MostDimensions } indices } tensor
                && indices.All(index => index >= -count && index < count):
                return Simplest([.. indices.Select(index => shape.Sizes[index < 0 ? index + count : index])], tensor.Rank == 0);
            case "Slice" when !shape.IsScalar && call.Slices(1) is [var (_, start, end, step)]:
                return Simplest(Picked(shape.Sizes, start, end, step), isScalar: false);
            default:
                throw call.Node.Refused($"expected what selects or joins sizes, but it computes with the shape [{Shown(shape.Sizes)}]");
        }
    }

    private static T[] Picked<T>(T[] values, long start, long end, long step)
    {
        (long first, long count, long distance) = TensorMoves.Range(values.Length, start, end, step);
        return [.. Enumerable.Range(0, (int)count).Select(at => values[first + at * distance])];
    }

    /// <summary>A constant where nothing depends on the inputs.</summary>
    private static GraphValue Simplest((long? Size, Axis? Axis)[] sizes, bool isScalar)
        => sizes.All(size => size.Size is not null)
            ? new Constant(new Tensor(isScalar ? [] : [sizes.Length], [.. sizes.Select(size => size.Size!.Value)]))
            : new DynamicShape(sizes, isScalar);

    /// <summary>Zeros stay zeros; a state [D, 1, H] stays as it is, one for all sequences.</summary>
    private static GraphValue Expand(NodeCall call)
    {
        if (call.Argument(0) is DynamicZeros || call.Argument(0) is Constant { Tensor.Floats: [0f] })
        {
            return new DynamicZeros();
        }

        (long? Size, Axis? Axis)[] sizes = Sizes(call, 1);
        Tensor tensor = call.Tensor(0);
        bool repeats = tensor.Rank == sizes.Length
            && tensor.Shape.Select((size, i) => size == 1 ? sizes[i].Size is null or 1 : sizes[i].Size == size || sizes[i].Size == 1)
                .All(fits => fits);
        return repeats
            ? new Constant(tensor)
            : throw call.Node.Refused($"expected {tensor} to be repeated for each sequence, but its shape becomes [{Shown(sizes)}]");
    }

    /// <summary>What moves zeros leaves zeros; its attributes say where to, which nothing depends on.</summary>
    private static DynamicZeros Zeros(NodeCall call)
    {
        call.Node.Ints("axes");
        call.Node.Ints("perm");
        call.Node.Ints("starts");
        call.Node.Ints("ends");
        call.Node.IntOrNull("to");
        call.Node.IntOrNull("allowzero");
        return new DynamicZeros();
    }
}
