namespace FastRnn.Onnx.Format;

/// <summary>A tensor with known values, row-major: floats, or whole numbers (shapes, indices, truth values).</summary>
internal sealed record Tensor(long[] Shape, float[]? Floats, long[]? Integers)
{
    internal const int MostDimensions = 8;

    internal Tensor(long[] shape, float[] values)
        : this(shape, values, null)
    {
    }

    internal Tensor(long[] shape, long[] values)
        : this(shape, null, values)
    {
    }

    internal int Count => Floats?.Length ?? Integers!.Length;

    internal int Rank => Shape.Length;

    /// <summary>Whether an array can hold so many values, and each size is one that an array may have, even if another size is 0.</summary>
    internal static bool CanHold(ReadOnlySpan<long> shape)
    {
        Int128 product = 1;
        foreach (long size in shape)
        {
            product *= size;
            if (size < 0 || size > Array.MaxLength || product > Array.MaxLength)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>How far elements lie apart along each axis of a shape.</summary>
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

    /// <summary>Shape and kind, for messages.</summary>
    public override string ToString() => $"{(Floats is null ? "integers" : "floats")} {DisplayText.List(Shape)}";
}
