using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>
/// Lists of sizes that depend on the inputs: the Shape of a value, and what exporters select and join from it, for an initial state or for
/// a reshape that leaves time and batch as they are. A method returns null for anything else.
/// </summary>
internal static class DynamicShapes
{
    /// <summary>The sizes of a value that depends on the inputs.</summary>
    internal static GraphValue Of(NodeCall call, DynamicValue value)
        => Simplest(call.Shape(value.Axes).Select(axis => new DynamicSize(axis.Size, axis.Size is null ? axis : null)));

    /// <summary>An input that is a list of sizes, of which some may depend on the inputs.</summary>
    internal static DynamicSize[] Sizes(NodeCall call, int input)
        => call.Required(input) is DynamicShape shape ? shape.Sizes : [.. call.Integers(input).Select(size => new DynamicSize(size, null))];

    /// <summary>A constant where nothing depends on the inputs.</summary>
    internal static GraphValue Simplest(IEnumerable<DynamicSize> sizes, bool isScalar = false)
    {
        DynamicSize[] all = [.. sizes];
        return Array.TrueForAll(all, size => size.Number is not null)
            ? new Constant(new Tensor(isScalar ? [] : [all.Length], Array.ConvertAll(all, size => size.Number!.Value)))
            : new DynamicShape(all, isScalar);
    }

    /// <summary>The sizes of several lists.</summary>
    internal static DynamicShape? Concat(NodeCall call)
    {
        if (!Array.Exists(call.Arguments, argument => argument is DynamicShape))
        {
            return null;
        }

        call.Axis(call.Node.Int("axis", 0), 1);
        DynamicSize[] joined = [.. call.Arguments.SelectMany((_, i) => Sizes(call, i)).Take(Tensor.MostDimensions + 1)];
        return joined.Length <= Tensor.MostDimensions
            ? new DynamicShape(joined, IsScalar: false)
            : throw call.Node.Refused($"expected a shape of at most {Tensor.MostDimensions} sizes, but it joins more");
    }

    internal static GraphValue Cast(NodeCall call, DynamicShape shape)
    {
        call.CastType();
        return shape;
    }

    internal static GraphValue Shape(NodeCall call, DynamicShape shape)
    {
        long[] lengths = call.Shape(shape.IsScalar ? [] : (long[])[shape.Sizes.Length]);
        return new Constant(new Tensor([lengths.Length], lengths));
    }

    internal static GraphValue? Reshape(NodeCall call, DynamicShape shape)
        => call.Node.Int("allowzero", 0) is 0 or 1 && call.Integers(1) is [var size] && (size == -1 || size == shape.Sizes.Length)
            ? shape with { IsScalar = false }
            : null;

    internal static GraphValue? Unsqueeze(NodeCall call, DynamicShape shape)
        => shape.IsScalar && call.Integers("axes", 1) is [0 or -1] ? shape with { IsScalar = false } : null;

    internal static GraphValue? Squeeze(NodeCall call, DynamicShape shape)
        => shape is { IsScalar: false, Sizes.Length: 1 } && call.Integers("axes", 1) is null or [0 or -1]
            ? shape with { IsScalar = true }
            : null;

    internal static GraphValue? Gather(NodeCall call, DynamicShape shape)
    {
        int count = shape.Sizes.Length;
        return !shape.IsScalar && call.Node.Int("axis", 0) is 0 or -1
            && call.Tensor(1) is { Rank: <= 1, Integers: { Length: <= Tensor.MostDimensions } indices } tensor
            && Array.TrueForAll(indices, index => index >= -count && index < count)
            ? Simplest(indices.Select(index => shape.Sizes[index < 0 ? index + count : index]), tensor.Rank == 0)
            : null;
    }

    internal static GraphValue? Slice(NodeCall call, DynamicShape shape)
        => !shape.IsScalar && call.Slices(1) is [var (_, start, end, step)]
            ? Simplest(SliceRange.Elements(shape.Sizes, start, end, step))
            : null;
}
