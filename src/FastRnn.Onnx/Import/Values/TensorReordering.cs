using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>Moves the values of constants to other places, and counts what that takes.</summary>
/// <param name="budget">how many values may still be made</param>
internal sealed class TensorReordering(ValueBudget budget)
{
    /// <summary>A tensor with elements of another: at the sum of the offsets that an element's places along the axes have.</summary>
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

    /// <summary>How many values a shape has; they are spent from the budget.</summary>
    internal int Count(NodeCall call, long[] shape)
    {
        if (shape.Length > Tensor.MostDimensions || !Tensor.CanHold(shape))
        {
            throw call.Node.Refused($"expected a shape that an array holds, but it is {DisplayText.List(shape)}");
        }

        budget.Spend(call.Node.Label, Product(shape));
        return (int)Product(shape);
    }

    /// <summary>The product of a shape's sizes, at most the largest number.</summary>
    internal static long Product(IEnumerable<long> sizes)
    {
        Int128 product = 1;
        foreach (long size in sizes)
        {
            product = size == 0 ? 0 : Int128.Min(product * size, long.MaxValue);
        }

        return (long)product;
    }
}
