using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>Computes operators of constants: those that make values or move them. Exporters write weights that are still to be cut,
/// transposed and joined.</summary>
/// <param name="path">the model's file</param>
/// <param name="budget">how many values may still be made</param>
internal sealed class ConstantFolding(string path, ValueBudget budget)
{
    private readonly TensorReordering _reordering = new(budget);

    internal Tensor Literal(NodeCall call)
    {
        NodeReader node = call.Node;
        if (node.TensorOrNull("value") is { } proto)
        {
            return TensorReader.Read(path, node.Label, proto, budget);
        }

        if (node.FloatOrNull("value_float") is { } single)
        {
            return new Tensor([], [single]);
        }

        if (node.FloatsOrNull("value_floats") is { } floats)
        {
            budget.Spend(node.Label, floats.Length);
            return new Tensor([floats.Length], floats);
        }

        if (node.Ints("value_ints", MessageLimits.LargestCount) is { } integers)
        {
            budget.Spend(node.Label, integers.Length);
            return new Tensor([integers.Length], integers);
        }

        return new Tensor([], [node.IntOrNull("value_int")
            ?? throw node.Refused("expected a value of numbers (value, value_float, value_floats, value_int or value_ints)")]);
    }

    internal Tensor Filled(NodeCall call)
    {
        long[] shape = call.Integers(0);
        Tensor value = FillValue(call);
        int count = _reordering.Count(call, shape);
        return value.Floats is { } floats
            ? new Tensor(shape, Enumerable.Repeat(floats[0], count).ToArray())
            : new Tensor(shape, Enumerable.Repeat(value.Integers![0], count).ToArray());
    }

    /// <summary>What ConstantOfShape fills its shape with: one value, by default 0.</summary>
    internal Tensor FillValue(NodeCall call)
    {
        Tensor value = call.Node.TensorOrNull("value") is { } proto
            ? TensorReader.Read(path, call.Node.Label, proto, budget)
            : new Tensor([1], [0f]);
        return value.Count == 1 ? value : throw call.Node.Refused($"expected one value, but got {value}");
    }

    internal Tensor Cast(NodeCall call, Tensor tensor)
    {
        long type = call.CastType();
        budget.Spend(call.Node.Label, tensor.Count);
        return type switch
        {
            DataType.Float or DataType.Double => tensor.Floats is null
                ? new Tensor(tensor.Shape, Array.ConvertAll(tensor.Integers!, value => (float)value))
                : tensor,
            DataType.Float16 => new Tensor(
                tensor.Shape, tensor.Floats is { } floats
                    ? Array.ConvertAll(floats, value => (float)(Half)value)
                    : Array.ConvertAll(tensor.Integers!, value => (float)(Half)value)),
            DataType.Int32 or DataType.Int64 when tensor.Floats is null => tensor,
            _ => throw call.Node.Refused($"expected a Cast of {tensor} to floats (1, 10, 11) or whole numbers (6, 7), but to is {type}"),
        };
    }

    internal Tensor Transpose(NodeCall call, Tensor tensor)
    {
        int[] order = call.Permutation(tensor.Rank);
        long[] strides = Tensor.Strides(tensor.Shape);
        return _reordering.Pick(
            call, tensor, [.. order.Select(axis => tensor.Shape[axis])],
            (axis, at) => at * strides[order[axis]]);
    }

    internal static Tensor Reshape(NodeCall call, Tensor tensor)
    {
        long[] shape = [.. call.Integers(1)];
        long allowsZero = call.Node.Int("allowzero", 0);
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] = shape[i] == 0 && allowsZero == 0 && i < tensor.Rank ? tensor.Shape[i] : shape[i];
        }

        int open = Array.IndexOf(shape, -1);
        long known = TensorReordering.Product(shape.Where((_, i) => i != open));
        if (open >= 0 && known > 0 && tensor.Count % known == 0)
        {
            shape[open] = tensor.Count / known;
        }

        return shape.All(size => size >= 0) && TensorReordering.Product(shape) == tensor.Count
            ? tensor with { Shape = shape }
            : throw call.Node.Refused($"expected a shape for {tensor.Count} values, but it is {DisplayText.List(shape)}");
    }

    internal static Tensor Squeeze(NodeCall call, Tensor tensor)
    {
        int[] axes = call.Integers("axes", 1) is { Length: > 0 } given
            ? call.Axes(given, tensor.Rank)
            : [.. Enumerable.Range(0, tensor.Rank).Where(axis => tensor.Shape[axis] == 1)];
        return axes.All(axis => tensor.Shape[axis] == 1)
            ? tensor with { Shape = [.. tensor.Shape.Where((_, axis) => !axes.Contains(axis))] }
            : throw call.Node.Refused($"expected axes of one element, but they are {DisplayText.List(axes)} of {tensor}");
    }

    internal static Tensor Unsqueeze(NodeCall call, Tensor tensor)
    {
        List<long> shape = [.. tensor.Shape];
        foreach (int axis in call.NewAxes(tensor.Rank))
        {
            shape.Insert(axis, 1);
        }

        return tensor with { Shape = [.. shape] };
    }

    internal Tensor Slice(NodeCall call, Tensor tensor)
    {
        foreach ((int axis, long start, long end, long step) in call.Slices(tensor.Rank))
        {
            SliceRange range = SliceRange.Of(tensor.Shape[axis], start, end, step);
            tensor = Select(call, tensor, axis, range.Count, at => range.First + at * range.Step);
        }

        return tensor;
    }

    internal Tensor Gather(NodeCall call, Tensor tensor)
    {
        Tensor indices = call.Tensor(1);
        int axis = call.Axis(call.Node.Int("axis", 0), tensor.Rank);
        long size = tensor.Shape[axis];
        long[] from = indices.Integers ?? throw call.Node.Refused($"expected whole numbers as indices, but got {indices}");
        budget.Spend(call.Node.Label, from.Length);
        if (!from.All(index => index >= -size && index < size))
        {
            throw call.Node.Refused($"expected indices from {-size} to {size - 1}, but they are {DisplayText.List(from)}");
        }

        Tensor picked = Select(call, tensor, axis, from.Length, at => from[at] < 0 ? from[at] + size : from[at]);
        return picked with { Shape = [.. tensor.Shape[..axis], .. indices.Shape, .. tensor.Shape[(axis + 1)..]] };
    }

    /// <summary>A number of elements of an axis, at the places that <paramref name="placeOf"/> returns.</summary>
    private Tensor Select(NodeCall call, Tensor tensor, int axis, long count, Func<long, long> placeOf)
    {
        long[] strides = Tensor.Strides(tensor.Shape);
        long[] shape = [.. tensor.Shape[..axis], count, .. tensor.Shape[(axis + 1)..]];
        return _reordering.Pick(call, tensor, shape, (i, at) => (i == axis ? placeOf(at) : at) * strides[i]);
    }

    internal Tensor Concat(NodeCall call, Tensor first)
    {
        Tensor[] tensors = [.. call.Arguments.Select((_, i) => call.Tensor(i))];
        int axis = call.Axis(call.Node.Int("axis", 0), first.Rank);
        foreach (Tensor tensor in tensors)
        {
            bool fits = tensor.Rank == first.Rank && tensor.Floats is null == first.Floats is null
                && tensor.Shape.Select((size, i) => i == axis || size == first.Shape[i]).All(same => same);
            if (!fits)
            {
                throw call.Node.Refused($"expected tensors that differ along axis {axis} alone, but got {first} and {tensor}");
            }
        }

        long[] shape = [.. first.Shape];
        shape[axis] = tensors.Sum(tensor => tensor.Shape[axis]);
        int count = _reordering.Count(call, shape);

        // Without values there may be any number of rows.
        int outer = count == 0 ? 0 : (int)TensorReordering.Product(shape[..axis]);
        return first.Floats is null
            ? new Tensor(shape, Join(tensors.Select(tensor => tensor.Integers!).ToArray()))
            : new Tensor(shape, Join(tensors.Select(tensor => tensor.Floats!).ToArray()));

        T[] Join<T>(T[][] parts)
        {
            var joined = new T[count];
            int end = 0;
            for (int row = 0; row < outer; row++)
            {
                foreach (T[] part in parts)
                {
                    int length = part.Length / outer;
                    part.AsSpan(row * length, length).CopyTo(joined.AsSpan(end));
                    end += length;
                }
            }

            return joined;
        }
    }

    internal Tensor Expand(NodeCall call, Tensor tensor)
    {
        long[] wanted = call.Integers(1);
        int rank = Math.Max(tensor.Rank, wanted.Length);
        long[] from = [.. Enumerable.Repeat(1L, rank - tensor.Rank), .. tensor.Shape];
        long[] to = [.. Enumerable.Repeat(1L, rank - wanted.Length), .. wanted];
        long[] shape = [.. from.Select((size, i) => size == 1 ? to[i] : size)];
        if (!shape.Select((size, i) => to[i] == 1 || to[i] == size).All(fits => fits))
        {
            throw call.Node.Refused($"expected a shape that {tensor} can be repeated to, but it is {DisplayText.List(wanted)}");
        }

        long[] strides = Tensor.Strides(from);
        return _reordering.Pick(call, tensor, shape, (axis, at) => from[axis] == 1 ? 0 : at * strides[axis]);
    }

    internal static Tensor Shape(NodeCall call, Tensor tensor)
    {
        long[] sizes = call.Shape(tensor.Shape);
        return new Tensor([sizes.Length], sizes);
    }
}
