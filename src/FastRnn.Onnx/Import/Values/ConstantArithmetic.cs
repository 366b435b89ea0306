using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>Computes with constants, element by element, in double: exporters write statistics and scales that are still to be joined.
/// </summary>
/// <param name="budget">how many values may still be made</param>
internal sealed class ConstantArithmetic(ValueBudget budget)
{
    private readonly TensorReordering _reordering = new(budget);

    internal Tensor Add(NodeCall call, Tensor first) => Binary(call, first, (x, y) => x + y);

    internal Tensor Subtract(NodeCall call, Tensor first) => Binary(call, first, (x, y) => x - y);

    internal Tensor Multiply(NodeCall call, Tensor first) => Binary(call, first, (x, y) => x * y);

    internal Tensor Divide(NodeCall call, Tensor first) => Binary(call, first, (x, y) => x / y);

    internal Tensor Power(NodeCall call, Tensor first) => Binary(call, first, Math.Pow);

    internal Tensor SquareRoot(NodeCall call, Tensor tensor) => Unary(call, tensor, Math.Sqrt);

    internal Tensor Reciprocal(NodeCall call, Tensor tensor) => Unary(call, tensor, x => 1 / x);

    internal Tensor Negate(NodeCall call, Tensor tensor) => Unary(call, tensor, x => -x);

    internal Tensor Exponential(NodeCall call, Tensor tensor) => Unary(call, tensor, Math.Exp);

    /// <summary>(x − zero point)·scale, with one of each or one for each place along an axis.</summary>
    internal Tensor Dequantize(NodeCall call, Tensor tensor)
    {
        Tensor scale = call.Tensor(1);
        Tensor? zero = call.TensorOrNull(2);
        bool isOne = scale.Count == 1;
        int axis = isOne ? 0 : call.Axis(call.Node.Int("axis", 1), tensor.Rank);
        bool fits = tensor.Integers is not null && scale.Floats is not null
            && (isOne || (scale.Rank == 1 && scale.Shape[0] == tensor.Shape[axis]))
            && (zero is null || (zero.Integers is not null && zero.Count == scale.Count));
        if (!fits || call.Node.Int("block_size", 0) != 0)
        {
            throw call.Node.Refused(
                $"expected whole numbers with one scale and zero point, or one for each place along axis {axis}, but they are {tensor}, "
                + $"{scale} and {zero}");
        }

        call.Node.IntOrNull("axis");
        budget.Spend(call.Node.Label, tensor.Count);
        long stride = isOne ? 1 : Tensor.Strides(tensor.Shape)[axis];
        var values = new float[tensor.Count];
        for (int i = 0; i < values.Length; i++)
        {
            int place = isOne ? 0 : (int)(i / stride % scale.Count);
            values[i] = (tensor.Integers![i] - (zero?.Integers![place] ?? 0)) * scale.Floats![place];
        }

        return new Tensor(tensor.Shape, values);
    }

    private Tensor Unary(NodeCall call, Tensor tensor, Func<double, double> compute)
    {
        budget.Spend(call.Node.Label, tensor.Count);
        return new Tensor(tensor.Shape, Array.ConvertAll(tensor.Floats!, value => (float)compute(value)));
    }

    private Tensor Binary(NodeCall call, Tensor first, Func<double, double, double> compute)
    {
        Tensor second = call.Tensor(1);
        int rank = Math.Max(first.Rank, second.Rank);
        long[] left = Wide(first), right = Wide(second);
        long[] shape = [.. left.Zip(right, (one, other) => one == 1 ? other : one)];
        if (!right.Zip(shape, (size, common) => size == 1 || size == common).All(fits => fits))
        {
            throw call.Node.Refused($"expected tensors that meet, but they are {first} and {second}");
        }

        float[] x = Repeated(first, left), y = Repeated(second, right);
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = (float)compute(x[i], y[i]);
        }

        return new Tensor(shape, x);

        long[] Wide(Tensor tensor) => [.. Enumerable.Repeat(1L, rank - tensor.Rank), .. tensor.Shape];

        float[] Repeated(Tensor tensor, long[] from)
        {
            long[] strides = Tensor.Strides(from);
            Tensor picked = _reordering.Pick(call, tensor, shape, (axis, at) => from[axis] == 1 ? 0 : at * strides[axis]);
            return picked.Floats ?? Array.ConvertAll(picked.Integers!, value => (float)value);
        }
    }
}
