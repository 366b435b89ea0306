using FastRnn.Onnx.Cells;
using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>The weights of a recurrent node: their sizes, and how they become a layer's parameters.</summary>
internal sealed class RecurrentWeights
{
    private readonly RecurrentAttributes _attributes;
    private readonly float[] _input;
    private readonly float[] _recurrent;
    private readonly float[]? _biases;
    private readonly float[]? _peepholes;

    internal RecurrentWeights(NodeCall call, RecurrentAttributes attributes)
    {
        const int W = 1, R = 2, B = 3, P = 7;
        _attributes = attributes;
        Tensor input = call.Tensor(W), recurrent = call.Tensor(R);
        InputSize = Size(input, W, "W");
        HiddenSize = Size(recurrent, R, "R");
        if (attributes.HiddenSize is { } stated && stated != HiddenSize)
        {
            throw call.Node.Refused($"expected {HiddenSize} as hidden_size, as R has it, but it is {stated}");
        }

        long directions = attributes.Directions, rows = (long)attributes.Cell.Gates * HiddenSize;
        _input = Values(input, "W", directions, rows, InputSize);
        _recurrent = Values(recurrent, "R", directions, rows, HiddenSize);
        _biases = call.TensorOrNull(B) is { } biases ? Values(biases, "B", directions, 2 * rows) : null;
        _peepholes = attributes.Cell.HasMemory && call.TensorOrNull(P) is { } peepholes
            ? Values(peepholes, "P", directions, 3L * HiddenSize)
            : null;
        Cell = attributes.Cell with { HasPeepholes = _peepholes is not null };

        int Size(Tensor tensor, int index, string name)
            => tensor is { Rank: 3, Floats: not null } && tensor.Shape[2] is > 0 and <= int.MaxValue
                ? (int)tensor.Shape[2]
                : throw call.Node.Refused($"expected floats of three dimensions as input {index}, {name}, but got {tensor}");

        float[] Values(Tensor tensor, string name, params long[] shape)
            => tensor.Floats is { } values && tensor.Shape.AsSpan().SequenceEqual(shape)
                ? values
                : throw call.Node.Refused($"expected floats [{string.Join(", ", shape)}] as {name}, but got {tensor}");
    }

    internal int InputSize { get; }

    internal int HiddenSize { get; }

    /// <summary>What the node computes.</summary>
    internal OnnxCell Cell { get; }

    /// <summary>All parameters of the layer; before those of a reverse one as many zeros, but for the bound, with which the forward half is
    /// idle.</summary>
    internal float[] Parameters()
    {
        float[] all = [.. Enumerable.Range(0, _attributes.Directions).SelectMany(Parameters)];
        if (!_attributes.IsReverse)
        {
            return all;
        }

        int rows = Cell.Gates * HiddenSize;
        float[] idle = [.. new float[rows * (InputSize + HiddenSize + 1)], .. Coefficients(new float[rows], new float[3 * HiddenSize])];
        return [.. idle, .. all];
    }

    private float[] Parameters(int direction)
    {
        int[] order = Cell.Order;
        int rows = Cell.Gates * HiddenSize;
        float[] input = GateOrder.Apply(order, Of(_input, direction));
        float[] recurrent = GateOrder.Apply(order, Of(_recurrent, direction));
        float[] biases = _biases is null ? new float[2 * rows] : Of(_biases, direction).ToArray();
        float[] bias = GateOrder.Apply(order, biases.AsSpan(0, rows));
        float[] recurrentBias = GateOrder.Apply(order, biases.AsSpan(rows));
        float[] peepholes = _peepholes is null
            ? new float[3 * HiddenSize]
            : GateOrder.Apply(GateOrder.Peepholes, Of(_peepholes, direction));
        float[] coefficients = Coefficients(recurrentBias, peepholes);
        if (Cell.ResetsAfter)
        {
            // The bias within the reset's product stays apart.
            recurrentBias.AsSpan(rows - HiddenSize).Clear();
        }

        for (int i = 0; i < rows; i++)
        {
            bias[i] += recurrentBias[i];
        }

        return [.. input, .. recurrent, .. bias, .. coefficients];
    }

    /// <summary>What the cell has of the bias within the reset's product, the bound and the peepholes, in this order.</summary>
    private float[] Coefficients(float[] recurrentBias, float[] peepholes) =>
    [
        .. Cell.ResetsAfter ? recurrentBias.AsSpan(recurrentBias.Length - HiddenSize) : [],
        .. Enumerable.Repeat(Cell.Clip ?? OnnxCell.Unbound, Cell.HasBound ? HiddenSize : 0),
        .. Cell.TakesPeepholes ? peepholes : [],
    ];

    private ReadOnlySpan<float> Of(float[] values, int direction)
    {
        int length = values.Length / _attributes.Directions;
        return values.AsSpan(direction * length, length);
    }
}
