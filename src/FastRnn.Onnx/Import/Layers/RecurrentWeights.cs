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

        long directions = attributes.Directions, rows = (long)RecurrentOperator.GatesOf(attributes.Operator).Length * HiddenSize;
        _input = Values(input, "W", directions, rows, InputSize);
        _recurrent = Values(recurrent, "R", directions, rows, HiddenSize);
        _biases = call.TensorOrNull(B) is { } biases ? Values(biases, "B", directions, 2 * rows) : null;
        _peepholes = attributes.HasMemory && call.TensorOrNull(P) is { } peepholes
            ? Values(peepholes, "P", directions, 3L * HiddenSize)
            : null;
        Layer = attributes.ToLayer(HiddenSize, peepholes: _peepholes is not null);

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
    internal LayerSpec Layer { get; }

    /// <summary>Writes all parameters of the layer, those of the forward direction first.</summary>
    internal void Fill(Span<float> parameters)
    {
        int length = parameters.Length / _attributes.Directions;
        for (int direction = 0; direction < _attributes.Directions; direction++)
        {
            Fill(direction, parameters.Slice(direction * length, length));
        }
    }

    private void Fill(int direction, Span<float> parameters)
    {
        int[] order = RecurrentOperator.GatesOf(_attributes.Operator);
        int rows = order.Length * HiddenSize;
        GateOrder.Apply(order, Of(_input, direction), parameters[..(rows * InputSize)]);
        GateOrder.Apply(order, Of(_recurrent, direction), parameters.Slice(rows * InputSize, rows * HiddenSize));
        Span<float> bias = parameters.Slice(rows * (InputSize + HiddenSize), rows);
        Span<float> unitWeights = parameters[(rows * (InputSize + HiddenSize + 1))..];
        bias.Clear();
        unitWeights.Clear();
        if (_biases is not null)
        {
            GateOrder.Apply(order, Of(_biases, direction)[..rows], bias);
            float[] recurrentBias = GateOrder.Apply(order, Of(_biases, direction)[rows..]);
            if (_attributes.ResetsAfter)
            {
                // The bias within the reset's product stays apart.
                recurrentBias.AsSpan(rows - HiddenSize).CopyTo(unitWeights);
                recurrentBias.AsSpan(rows - HiddenSize).Clear();
            }

            for (int i = 0; i < rows; i++)
            {
                bias[i] += recurrentBias[i];
            }
        }

        if (_peepholes is not null)
        {
            GateOrder.Apply(GateOrder.Peepholes, Of(_peepholes, direction), unitWeights);
        }
    }

    private ReadOnlySpan<float> Of(float[] values, int direction)
    {
        int length = values.Length / _attributes.Directions;
        return values.AsSpan(direction * length, length);
    }
}
