namespace FastRnn.Onnx.Format;

/// <summary>A tensor with known values, row-major: floats, or whole numbers (shapes, indices, truth values).</summary>
internal sealed record Tensor(long[] Shape, float[]? Floats, long[]? Integers)
{
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

    /// <summary>Shape and kind, for messages.</summary>
    public override string ToString() => $"{(Floats is null ? "integers" : "floats")} [{string.Join(", ", Shape)}]";
}
