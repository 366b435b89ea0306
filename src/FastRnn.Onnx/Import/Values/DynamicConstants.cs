using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>Constants whose shape depends on the inputs, such as initial states for any number of sequences: zeros, and values that are
/// repeated along an axis. A method returns null for anything else.</summary>
internal static class DynamicConstants
{
    /// <summary>A ConstantOfShape.</summary>
    internal static DynamicZeros Zeros(NodeCall call, Tensor value)
        => value.Floats is [0f]
            ? new DynamicZeros()
            : throw call.Node.Refused($"expected zeros where a shape depends on the inputs, but the value is {value}");

    /// <summary>Zeros that are moved remain zeros; the attributes only say where to.</summary>
    internal static DynamicZeros? MoveZeros(NodeCall call)
    {
        if (call.Argument(0) is not DynamicZeros zeros)
        {
            return null;
        }

        call.Node.Ints("axes");
        call.Node.Ints("perm");
        call.Node.Ints("starts");
        call.Node.Ints("ends");
        call.CastType();
        call.Node.IntOrNull("allowzero");
        return zeros;
    }

    /// <summary>Zeros stay zeros, also those that an exporter has traced for as many sequences as its example had; a state [D, 1, H] is
    /// repeated for each sequence.</summary>
    internal static GraphValue? Expand(NodeCall call)
    {
        if (call.Argument(1) is not DynamicShape { Sizes: { } sizes } shape)
        {
            return null;
        }

        if (call.Argument(0) is DynamicZeros || (call.Argument(0) is Constant { Tensor.Floats: { } floats }
            && Array.TrueForAll(floats, value => value == 0)))
        {
            return new DynamicZeros();
        }

        Tensor tensor = call.Tensor(0);
        int[] open = [.. Enumerable.Range(0, sizes.Length).Where(i => sizes[i].Number is null)];
        bool repeats = open.Length == 1 && tensor.Rank == sizes.Length
            && tensor.Shape.Select((size, i) => sizes[i].Number is { } known ? known == size || known == 1 : size == 1).All(fits => fits);
        return repeats
            ? new RepeatedConstant(tensor, open[0], sizes[open[0]].Axis!)
            : throw call.Node.Refused(
                $"expected {tensor} to be repeated for each sequence, but its shape becomes {DisplayText.List(shape.Sizes)}");
    }

    /// <summary>The axis along which constants are repeated, after a Transpose.</summary>
    internal static int? AlongTransposed(NodeCall call, RepeatedConstant repeated)
        => Array.IndexOf(call.Permutation(repeated.Tensor.Rank), repeated.Along);

    /// <summary>That axis after a Slice, which may not cut it.</summary>
    internal static int? AlongSliced(NodeCall call, RepeatedConstant repeated)
        => Array.Exists(call.Slices(repeated.Tensor.Rank), slice => slice.Axis == repeated.Along) ? null : repeated.Along;
}
