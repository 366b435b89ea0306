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
                [.. call.Arguments.SelectMany((_, i) => Sizes(call, i)).Take(Tensor.MostDimensions + 1)];
            return joined.Length <= Tensor.MostDimensions
                ? new DynamicShape(joined, IsScalar: false)
                : throw call.Node.Refused($"expected a shape of at most {Tensor.MostDimensions} sizes, but it joins more");
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

        if (call.Arguments.Any(argument => argument is RepeatedConstant))
        {
            return Repeated(call);
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
        => Simplest([.. call.Shape(flow.Axes).Select(axis => (axis.Size, axis.Size is null ? axis : null))], isScalar: false);

    /// <summary>A list of sizes, of which some may depend on the inputs.</summary>
    internal static (long? Size, Axis? Axis)[] Sizes(NodeCall call, int input)
        => call.Required(input) is DynamicShape shape
            ? shape.Sizes
            : [.. call.Integers(input).Select(size => ((long?)size, (Axis?)null))];

    internal static string Shown((long? Size, Axis? Axis)[] sizes)
        => string.Join(", ", sizes.Select(size => size.Axis?.ToString() ?? $"{size.Size}"));

    /// <summary>A constant where nothing depends on the inputs.</summary>
    internal static GraphValue Simplest((long? Size, Axis? Axis)[] sizes, bool isScalar)
        => sizes.All(size => size.Size is not null)
            ? new Constant(new Tensor(isScalar ? [] : [sizes.Length], [.. sizes.Select(size => size.Size!.Value)]))
            : new DynamicShape(sizes, isScalar);

    private static GraphValue Compute(NodeCall call, DynamicShape shape)
    {
        int count = shape.Sizes.Length;
        switch (call.Node.Operator)
        {
            case "Identity":
                return shape;
            case "Cast":
                call.CastType();
                return shape;
            case "Shape":
                long[] lengths = call.Shape(shape.IsScalar ? [] : (long[])[count]);
                return new Constant(new Tensor([lengths.Length], lengths));
            case "Reshape" when call.Node.Int("allowzero", 0) is 0 or 1 && call.Integers(1) is [var size] && (size == -1 || size == count):
                return shape with { IsScalar = false };
            case "Unsqueeze" when shape.IsScalar && call.Integers("axes", 1) is [0 or -1]:
                return shape with { IsScalar = false };
            case "Squeeze" when !shape.IsScalar && shape.Sizes.Length == 1 && call.Integers("axes", 1) is null or [0 or -1]:
                return shape with { IsScalar = true };
            case "Gather" when !shape.IsScalar && call.Node.Int("axis", 0) is 0 or -1
                && call.Tensor(1) is { Rank: <= 1, Integers: { Length: <= Tensor.MostDimensions } indices } tensor
                && indices.All(index => index >= -count && index < count):
                return Simplest([.. indices.Select(index => shape.Sizes[index < 0 ? index + count : index])], tensor.Rank == 0);
            case "Slice" when !shape.IsScalar && call.Slices(1) is [var (_, start, end, step)]:
                return Simplest(SliceRange.Elements(shape.Sizes, start, end, step), isScalar: false);
            default:
                throw call.Node.Refused($"expected what selects or joins sizes, but it computes with the shape [{Shown(shape.Sizes)}]");
        }
    }

    /// <summary>Zeros stay zeros, also those that an exporter has traced for so many sequences as its example had; a state [D, 1, H] is
    /// repeated for each sequence.</summary>
    private static GraphValue Expand(NodeCall call)
    {
        if (call.Argument(0) is DynamicZeros || (call.Argument(0) is Constant { Tensor.Floats: { } floats }
            && Array.TrueForAll(floats, value => value == 0)))
        {
            return new DynamicZeros();
        }

        (long? Size, Axis? Axis)[] sizes = Sizes(call, 1);
        Tensor tensor = call.Tensor(0);
        int[] open = [.. Enumerable.Range(0, sizes.Length).Where(i => sizes[i].Size is null)];
        bool repeats = open.Length == 1 && tensor.Rank == sizes.Length
            && tensor.Shape.Select((size, i) => sizes[i].Size is { } known ? known == size || known == 1 : size == 1).All(fits => fits);
        return repeats
            ? new RepeatedConstant(tensor, open[0], sizes[open[0]].Axis!)
            : throw call.Node.Refused($"expected {tensor} to be repeated for each sequence, but its shape becomes [{Shown(sizes)}]");
    }

    /// <summary>What moves the other axes, or all of them, does the same to the values as they are once.</summary>
    private RepeatedConstant Repeated(NodeCall call)
    {
        if (call.Argument(0) is RepeatedConstant repeated)
        {
            int rank = repeated.Tensor.Rank;
            int? along = call.Node.Operator switch
            {
                "Identity" => repeated.Along,
                "Transpose" => Array.IndexOf(call.Permutation(rank), repeated.Along),
                "Slice" when !call.Slices(rank).Any(slice => slice.Axis == repeated.Along) => repeated.Along,
                _ => null,
            };
            var once = new NodeCall(call.Node, [new Constant(repeated.Tensor), .. call.Arguments[1..]]);
            if (along is { } place && folding.Fold(once) is { } tensor)
            {
                return new RepeatedConstant(tensor, place, repeated.Count);
            }
        }

        throw call.Node.Refused(
            "expected constants that are repeated for each sequence to be turned, cut along other axes, or an initial state, alone");
    }

    /// <summary>What moves zeros leaves zeros; its attributes say where to, which nothing depends on.</summary>
    private static DynamicZeros Zeros(NodeCall call)
    {
        call.Node.Ints("axes");
        call.Node.Ints("perm");
        call.Node.Ints("starts");
        call.Node.Ints("ends");
        call.CastType();
        call.Node.IntOrNull("allowzero");
        return new DynamicZeros();
    }
}
