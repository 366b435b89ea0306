using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>RNN, LSTM and GRU nodes become recurrent layers.</summary>
/// <param name="entry">gives the flows of values and keeps those of the layers</param>
/// <param name="budget">how many values may still be made</param>
/// <param name="producer">what has written the file</param>
/// <param name="warnings">receives what may be wrong with nodes</param>
internal sealed class RecurrentImport(FlowEntry entry, ValueBudget budget, string producer, GraphWarnings warnings)
{
    private const int X = 0, Lengths = 4, InitialH = 5, InitialC = 6;

    private bool _knowsLengths;

    /// <summary>How many lengths the file fixes; null where it fixes none.</summary>
    private int? _fixedCount;

    /// <summary>The input that has the lengths; null where there is none.</summary>
    internal string? LengthsName { get; private set; }

    /// <summary>The lengths that the file fixes; null where it fixes none.</summary>
    internal long[]? FixedLengths { get; private set; }

    /// <summary>Whether sequences may end before the last step.</summary>
    internal bool HasLengths => LengthsName is not null || FixedLengths is not null;

    /// <summary>The node's outputs, Y, Y_h and Y_c.</summary>
    internal GraphValue[] Add(NodeCall call)
    {
        NodeReader node = call.Node;
        RecurrentAttributes attributes = RecurrentAttributes.Read(node);
        WarnOfReset(node, attributes);
        var weights = new RecurrentWeights(call, attributes);
        (Flow input, Axis[] axes) = Enter(call, attributes, weights);
        Axis batch = axes[attributes.IsBatchFirst ? 0 : 1], time = axes[attributes.IsBatchFirst ? 1 : 0];
        TakeLengths(call, batch, time);

        int hidden = weights.HiddenSize;
        var recurrent = new RecurrentNode(attributes.Directions, attributes.IsReverse, hidden, attributes.HasMemory);
        var operation = new RecurrentOperation(
            recurrent, weights.Layer, weights.Fill, weights.InputSize,
            Initial(call, InitialH, attributes, recurrent, batch),
            attributes.HasMemory ? Initial(call, InitialC, attributes, recurrent, batch) : null);
        Flow flow = entry.Add(node, operation, attributes.Directions * hidden, input);

        Axis directions = recurrent.DirectionAxis;
        var features = new Axis(hidden, OnnxAxis.Feature);
        Axis[] outputAxes = attributes.IsBatchFirst ? [batch, time, directions, features] : [time, directions, batch, features];
        Axis[] stateAxes = attributes.IsBatchFirst ? [batch, directions, features] : [directions, batch, features];
        return
        [
            new DynamicValue(new FlowSource(flow), outputAxes),
            new DynamicValue(new StateSource(recurrent.Pieces()), stateAxes),
            .. attributes.HasMemory ? (GraphValue[])[new DynamicValue(new StateSource(recurrent.Pieces(isMemory: true)), stateAxes)] : [],
        ];
    }

    /// <summary>PyTorch's GRU resets after the product, but one of its exporters has written nodes that reset before it.</summary>
    private void WarnOfReset(NodeReader node, RecurrentAttributes attributes)
    {
        if (attributes is { Operator: RecurrentOperator.Gru, ResetsAfter: false }
            && producer.Equals("pytorch", StringComparison.OrdinalIgnoreCase))
        {
            warnings.Add(
                node.Label,
                $"linear_before_reset is 0, so that the GRU resets before its product, but the producer is {producer}, "
                + "whose GRU resets after it: the outputs may be others than the original's");
        }
    }

    private (Flow Flow, Axis[] Axes) Enter(NodeCall call, RecurrentAttributes attributes, RecurrentWeights weights)
    {
        if (call.Required(X) is not DynamicValue value)
        {
            throw call.Node.Refused("expected X to depend on the graph's inputs, but its values are fixed");
        }

        OnnxAxis[] roles = attributes.IsBatchFirst
            ? [OnnxAxis.Batch, OnnxAxis.Time, OnnxAxis.Feature]
            : [OnnxAxis.Time, OnnxAxis.Batch, OnnxAxis.Feature];
        bool isTaken = value.Source is not (InputSource { IsIndices: true } or StateSource) && value.Axes.Length == roles.Length;
        Flow? flow = isTaken ? entry.Of(call.Node, value) : null;
        bool fits = flow is { IsReduced: false } && value.Axes.Select((axis, i) => axis.Bind(roles[i])).All(bound => bound)
            && (value.Axes[2].Size ?? weights.InputSize) == weights.InputSize && flow.HasSize(weights.InputSize);
        return fits
            ? (flow!, value.Axes)
            : throw call.Node.Refused(
                $"expected values [{string.Join(", ", roles)} {weights.InputSize}] as X, but {call.Node.InputName(X)} is {value}");
    }

    private void TakeLengths(NodeCall call, Axis batch, Axis time)
    {
        string? name = null;
        long[]? values = null;
        switch (call.Argument(Lengths))
        {
            case null:
                break;
            case Constant { Tensor: { Rank: 1, Integers: { } integers } tensor } when batch.Size is null || batch.Size == tensor.Count:
                long most = time.Size ?? int.MaxValue;
                if (!Array.TrueForAll(integers, length => length >= 1 && length <= most))
                {
                    throw call.Node.Refused(
                        $"expected lengths of at least 1 and at most {most} steps as sequence_lens, but they are "
                        + DisplayText.List(integers));
                }

                values = integers.All(length => length == time.Size) ? null : integers;
                _fixedCount = integers.Length;
                break;
            case DynamicValue { Source: InputSource { IsIndices: true } input, Axes: [var axis] } when axis.Bind(OnnxAxis.Batch):
                name = input.Name;
                break;
            default:
                throw call.Node.Refused(
                    "expected whole numbers [Batch] as sequence_lens, an input or constants, "
                    + $"but {call.Node.InputName(Lengths)} is another");
        }

        if (_knowsLengths && (name != LengthsName || !(values ?? []).AsSpan().SequenceEqual(FixedLengths ?? [])))
        {
            throw call.Node.Refused("expected the sequence_lens of the recurrent node before, but they are others");
        }

        (_knowsLengths, LengthsName, FixedLengths) = (true, name, values);
    }

    private InitialState Initial(NodeCall call, int index, RecurrentAttributes attributes, RecurrentNode node, Axis batch)
    {
        string name = index == InitialH ? "initial_h" : "initial_c";
        GraphValue? argument = call.Argument(index);

        // What is repeated for each sequence is the same as a constant of one sequence: both are for any number of sequences.
        if (argument is RepeatedConstant { Tensor: var once } repeated && repeated.Along == (attributes.IsBatchFirst ? 0 : 1)
            && repeated.Count.Bind(OnnxAxis.Batch))
        {
            argument = new Constant(once);
        }

        switch (argument)
        {
            case null or DynamicZeros:
                return InitialState.Zeros;
            case Constant { Tensor: { Rank: 3, Floats: { } values } tensor }:
                long[] shape = tensor.Shape;
                (long directions, long sequences) = attributes.IsBatchFirst ? (shape[1], shape[0]) : (shape[0], shape[1]);
                if (directions == node.Directions && shape[2] == node.HiddenSize && sequences > 0
                    && (sequences == 1 || batch.Size is null || batch.Size == sequences))
                {
                    if (sequences > 1 && _fixedCount is { } count && count != sequences)
                    {
                        throw call.Node.Refused(
                            $"expected as many lengths as {name} has sequences, {sequences}, but sequence_lens has {count}");
                    }

                    budget.Spend(call.Node.Label, values.Length);
                    float[] ordered = attributes.IsBatchFirst ? DirectionsFirst(values, (int)directions, (int)sequences) : values;
                    return Array.TrueForAll(values, value => value == 0)
                        ? InitialState.Zeros
                        : new InitialState(null, 0, ordered, (int)sequences);
                }

                break;
            case DynamicValue { Source: InputSource { IsIndices: false } input, Axes.Length: 3 } value:
                Axis rows = value.Axes[attributes.IsBatchFirst ? 1 : 0], sequenceAxis = value.Axes[attributes.IsBatchFirst ? 0 : 1];
                if ((rows.Size ?? node.Directions) == node.Directions && rows.Bind(OnnxAxis.Direction) && sequenceAxis.Bind(OnnxAxis.Batch)
                    && (value.Axes[2].Size ?? node.HiddenSize) == node.HiddenSize && value.Axes[2].Bind(OnnxAxis.Feature))
                {
                    return new InitialState(input.Name, input.FirstRow ?? 0, null, 1);
                }

                break;
        }

        string outer = attributes.IsBatchFirst ? $"Batch, {node.Directions}" : $"{node.Directions}, Batch";
        throw call.Node.Refused(
            $"expected floats [{outer}, {node.HiddenSize}] as {name}, an input or constants, but {call.Node.InputName(index)} is another");

        // [B, D, H] to [D, B, H]
        float[] DirectionsFirst(float[] values, int directions, int sequences)
        {
            var ordered = new float[values.Length];
            for (int row = 0; row < directions * sequences; row++)
            {
                values.AsSpan(row * node.HiddenSize, node.HiddenSize)
                    .CopyTo(ordered.AsSpan((row % directions * sequences + row / directions) * node.HiddenSize));
            }

            return ordered;
        }
    }
}
