using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>What the operators that only move values make of constants: exporters leave weights to be cut, turned and joined.</summary>
/// <param name="path">the model's file</param>
/// <param name="budget">how many values may still be made</param>
internal sealed class ConstantFolding(string path, ValueBudget budget)
{
    private const int MostDimensions = 8;

    /// <summary>The node's value; null where the operator is not one of these.</summary>
    internal Tensor? Fold(NodeCall call)
    {
        Tensor? tensor = call.Node.Operator switch
        {
            "Constant" => Literal(call),
            "ConstantOfShape" => Filled(call),
            "Identity" => Only(call),
            "Cast" => Cast(call),
            "Transpose" => Transpose(call),
            "Reshape" => Reshape(call),
            "Squeeze" => Squeeze(call),
            "Unsqueeze" => Unsqueeze(call),
            "Slice" => Slice(call),
            "Gather" => Gather(call),
            "Concat" => Concat(call),
            "Expand" => Expand(call),
            "Shape" => ShapeOf(call),
            _ => null,
        };
        if (tensor is not null && tensor.Rank > MostDimensions)
        {
            throw call.Node.Refused($"expected at most {MostDimensions} dimensions, but got {tensor}");
        }

        return tensor;
    }

    /// <summary>The indices of a slice, ends cut to the axis.</summary>
    internal static long[] Indices(long size, long start, long end, long step)
    {
        static long Within(long value, long size, long least, long most)
            => Math.Clamp(value < 0 ? Math.Max(value, -size - 1) + size : value, least, most);

        long first = step > 0 ? Within(start, size, 0, size) : Within(start, size, -1, size - 1);
        long last = step > 0 ? Within(end, size, 0, size) : Within(end, size, -1, size - 1);
        var indices = new List<long>();
        for (long i = first; step > 0 ? i < last : i > last; i += step)
        {
            indices.Add(i);
            if (step > size || step < -size)
            {
                break;
            }
        }

        return [.. indices];
    }

    private static Tensor Only(NodeCall call)
    {
        call.RequireArguments(1);
        return call.Tensor(0);
    }

    private Tensor Literal(NodeCall call)
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
            return new Tensor([floats.Length], floats);
        }

        return node.Ints("value_ints") is { } integers
            ? new Tensor([integers.Length], integers)
            : new Tensor([], [node.IntOrNull("value_int")
                ?? throw node.Refused("expected a value of numbers (value, value_float, value_floats, value_int or value_ints)")]);
    }

    private Tensor Filled(NodeCall call)
    {
        long[] shape = call.Integers(0);
        Tensor value = FillValue(call);
        int count = Count(call, shape);
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

    private static Tensor Cast(NodeCall call)
    {
        Tensor tensor = Only(call);
        long type = call.Node.Int("to", 0);
        const int Float = 1, Int32 = 6, Int64 = 7, Double = 11;
        return type switch
        {
            Float or Double => tensor.Floats is null
                ? new Tensor(tensor.Shape, Array.ConvertAll(tensor.Integers!, value => (float)value))
                : tensor,
            Int32 or Int64 when tensor.Floats is null => tensor,
            _ => throw call.Node.Refused($"expected a Cast of {tensor} to floats (1, 11) or whole numbers (6, 7), but to is {type}"),
        };
    }

    private Tensor Transpose(NodeCall call)
    {
        Tensor tensor = Only(call);
        int[] order = call.Permutation(tensor.Rank);
        long[] strides = Strides(tensor.Shape);
        return Pick(
            call, tensor, [.. order.Select(axis => tensor.Shape[axis])],
            (axis, at) => at * strides[order[axis]]);
    }

    private static Tensor Reshape(NodeCall call)
    {
        Tensor tensor = call.Tensor(0);
        long[] shape = [.. call.Integers(1)];
        long zeroes = call.Node.Int("allowzero", 0);
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] = shape[i] == 0 && zeroes == 0 && i < tensor.Rank ? tensor.Shape[i] : shape[i];
        }

        int open = Array.IndexOf(shape, -1);
        long known = Product(shape.Where((_, i) => i != open));
        if (open >= 0 && known > 0 && tensor.Count % known == 0)
        {
            shape[open] = tensor.Count / known;
        }

        return shape.All(size => size >= 0) && Product(shape) == tensor.Count
            ? tensor with { Shape = shape }
            : throw call.Node.Refused($"expected a shape for {tensor.Count} values, but it is [{string.Join(", ", shape)}]");
    }

    private static Tensor Squeeze(NodeCall call)
    {
        Tensor tensor = call.Tensor(0);
        int[] axes = call.Integers("axes", 1) is { } given
            ? call.Axes(given, tensor.Rank)
            : [.. Enumerable.Range(0, tensor.Rank).Where(axis => tensor.Shape[axis] == 1)];
        return axes.All(axis => tensor.Shape[axis] == 1)
            ? tensor with { Shape = [.. tensor.Shape.Where((_, axis) => !axes.Contains(axis))] }
            : throw call.Node.Refused($"expected axes of one element, but they are [{string.Join(", ", axes)}] of {tensor}");
    }

    private static Tensor Unsqueeze(NodeCall call)
    {
        Tensor tensor = call.Tensor(0);
        long[] given = call.Integers("axes", 1) ?? throw call.Node.Refused("expected axes, but there are none");
        int[] axes = call.Axes(given, tensor.Rank + given.Length);
        List<long> shape = [.. tensor.Shape];
        foreach (int axis in axes.Order())
        {
            shape.Insert(axis, 1);
        }

        return tensor with { Shape = [.. shape] };
    }

    private Tensor Slice(NodeCall call)
    {
        Tensor tensor = call.Tensor(0);
        foreach ((int axis, long start, long end, long step) in call.Slices(tensor.Rank))
        {
            tensor = Select(call, tensor, axis, Indices(tensor.Shape[axis], start, end, step), [-1]);
        }

        return tensor;
    }

    private Tensor Gather(NodeCall call)
    {
        Tensor tensor = call.Tensor(0), indices = call.Tensor(1);
        int axis = call.Axis(call.Node.Int("axis", 0), tensor.Rank);
        long size = tensor.Shape[axis];
        long[] from = indices.Integers ?? throw call.Node.Refused($"expected whole numbers as indices, but got {indices}");
        return from.All(index => index >= -size && index < size)
            ? Select(call, tensor, axis, [.. from.Select(index => index < 0 ? index + size : index)], indices.Shape)
            : throw call.Node.Refused($"expected indices from {-size} to {size - 1}, but they are [{string.Join(", ", from.Take(8))}]");
    }

    /// <summary>The elements of an axis that the indices name; the axis becomes those of <paramref name="axes"/>, −1 for one of all.
    /// </summary>
    private Tensor Select(NodeCall call, Tensor tensor, int axis, long[] indices, long[] axes)
    {
        long[] strides = Strides(tensor.Shape);
        long[] shape = [.. tensor.Shape[..axis], indices.Length, .. tensor.Shape[(axis + 1)..]];
        Tensor picked = Pick(
            call, tensor, shape,
            (i, at) => (i == axis ? indices[at] : at) * strides[i]);
        return axes is [-1] ? picked : picked with { Shape = [.. tensor.Shape[..axis], .. axes, .. tensor.Shape[(axis + 1)..]] };
    }

    private Tensor Concat(NodeCall call)
    {
        Tensor[] tensors = [.. call.Arguments.Select((_, i) => call.Tensor(i))];
        Tensor first = tensors[0];
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
        int count = Count(call, shape);
        int outer = (int)Product(shape[..axis]);
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

    private Tensor Expand(NodeCall call)
    {
        Tensor tensor = call.Tensor(0);
        long[] wanted = call.Integers(1);
        int rank = Math.Max(tensor.Rank, wanted.Length);
        long[] from = [.. Enumerable.Repeat(1L, rank - tensor.Rank), .. tensor.Shape];
        long[] to = [.. Enumerable.Repeat(1L, rank - wanted.Length), .. wanted];
        long[] shape = [.. from.Select((size, i) => size == 1 ? to[i] : size)];
        if (!shape.Select((size, i) => to[i] == 1 || to[i] == size).All(fits => fits))
        {
            throw call.Node.Refused($"expected a shape that {tensor} can be repeated to, but it is [{string.Join(", ", wanted)}]");
        }

        long[] strides = Strides(from);
        return Pick(call, tensor, shape, (axis, at) => from[axis] == 1 ? 0 : at * strides[axis]);
    }

    private static Tensor ShapeOf(NodeCall call)
    {
        Tensor tensor = Only(call);
        return new Tensor([tensor.Rank], [.. tensor.Shape]);
    }

    /// <summary>A tensor each of whose elements is the source's at the sum of the offsets that its position has along each axis.</summary>
    private Tensor Pick(NodeCall call, Tensor source, long[] shape, Func<int, long, long> offsetOf)
    {
        var offsets = new int[Count(call, shape)];
        if (offsets.Length > 0)
        {
            int[][] along = [.. shape.Select((size, axis) => Enumerable.Range(0, (int)size).Select(at => (int)offsetOf(axis, at)).ToArray())];
            var position = new int[shape.Length];
            int offset = along.Sum(axis => axis[0]);
            for (int i = 0; i < offsets.Length; i++)
            {
                offsets[i] = offset;
                for (int axis = shape.Length - 1; axis >= 0; axis--)
                {
                    offset -= along[axis][position[axis]];
                    position[axis] = position[axis] + 1 == shape[axis] ? 0 : position[axis] + 1;
                    offset += along[axis][position[axis]];
                    if (position[axis] > 0)
                    {
                        break;
                    }
                }
            }
        }

        return source.Floats is { } floats
            ? new Tensor(shape, Array.ConvertAll(offsets, offset => floats[offset]))
            : new Tensor(shape, Array.ConvertAll(offsets, offset => source.Integers![offset]));
    }

    /// <summary>How many values a shape has, which are spent.</summary>
    private int Count(NodeCall call, long[] shape)
    {
        if (shape.Length > MostDimensions || shape.Any(size => size < 0) || Product(shape) > Array.MaxLength)
        {
            throw call.Node.Refused($"expected a shape that an array holds, but it is [{string.Join(", ", shape)}]");
        }

        budget.Spend(call.Node.Label, Product(shape));
        return (int)Product(shape);
    }

    /// <summary>Never more than a shape's sizes have, however many there are.</summary>
    private static long Product(IEnumerable<long> sizes)
    {
        Int128 product = 1;
        foreach (long size in sizes)
        {
            product = size == 0 ? 0 : Int128.Min(product * size, long.MaxValue);
        }

        return (long)product;
    }

    private static long[] Strides(long[] shape)
    {
        var strides = new long[shape.Length];
        long stride = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }

        return strides;
    }
}
