using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>How the values of constants are found again at other places: shapes, offsets, and what all of them may take.</summary>
/// <param name="budget">how many values may still be made</param>
internal sealed class TensorMoves(ValueBudget budget)
{
    /// <summary>The places of a slice, ends cut to the axis: where it begins, how many there are, how far one is from the next.</summary>
    internal static (long First, long Count, long Step) Range(long size, long start, long end, long step)
    {
        static long Within(long value, long size, long least, long most)
            => Math.Clamp(value < 0 ? Math.Max(value, -size - 1) + size : value, least, most);

        // A longer step leaves the axis all the same.
        step = Math.Clamp(step, -size - 1, size + 1);
        long first = step > 0 ? Within(start, size, 0, size) : Within(start, size, -1, size - 1);
        long last = step > 0 ? Within(end, size, 0, size) : Within(end, size, -1, size - 1);
        long distance = step > 0 ? last - first : first - last;
        return (first, distance > 0 ? (distance - 1) / Math.Abs(step) + 1 : 0, step);
    }

    /// <summary>The elements of a slice.</summary>
    internal static T[] Picked<T>(T[] values, long start, long end, long step)
    {
        (long first, long count, long distance) = Range(values.Length, start, end, step);
        return [.. Enumerable.Range(0, (int)count).Select(at => values[first + at * distance])];
    }

    /// <summary>A tensor each of whose elements is the source's at the sum of the offsets that its position has along each axis.</summary>
    internal Tensor Pick(NodeCall call, Tensor source, long[] shape, Func<int, long, long> offsetOf)
    {
        int count = Count(call, shape);
        int[][] along = count == 0
            ? []
            : [.. shape.Select((size, axis) => Enumerable.Range(0, (int)size).Select(at => (int)offsetOf(axis, at)).ToArray())];
        return source.Floats is { } floats ? new Tensor(shape, Picked(floats)) : new Tensor(shape, Picked(source.Integers!));

        T[] Picked<T>(T[] values)
        {
            var picked = new T[count];
            var position = new int[shape.Length];
            int offset = along.Sum(axis => axis[0]);
            for (int i = 0; i < count; i++)
            {
                picked[i] = values[offset];
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

            return picked;
        }
    }

    /// <summary>How many values a shape has, which are spent.</summary>
    internal int Count(NodeCall call, long[] shape)
    {
        if (shape.Length > Tensor.MostDimensions || !Tensor.CanHold(shape))
        {
            throw call.Node.Refused($"expected a shape that an array holds, but it is {Shown.List(shape)}");
        }

        budget.Spend(call.Node.Label, Product(shape));
        return (int)Product(shape);
    }

    /// <summary>Never more than a shape's sizes have, however many there are.</summary>
    internal static long Product(IEnumerable<long> sizes)
    {
        Int128 product = 1;
        foreach (long size in sizes)
        {
            product = size == 0 ? 0 : Int128.Min(product * size, long.MaxValue);
        }

        return (long)product;
    }

    internal static long[] Strides(long[] shape)
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
