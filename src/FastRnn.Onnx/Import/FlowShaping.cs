using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>The operators that move values which depend on the inputs: what they do to the axes, without moving anything.</summary>
internal sealed class FlowShaping(LayerChain chain, RecurrentImport recurrent, ValueBudget budget)
{
    /// <summary>The node's value; null where the operator is not one of these.</summary>
    internal GraphValue? Shape(NodeCall call)
        => call.Argument(0) is not Flow flow ? null : call.Node.Operator switch
        {
            "Identity" => flow,
            "Cast" => Cast(call, flow),
            "Transpose" => flow with { Axes = [.. call.Permutation(flow.Axes.Length).Select(axis => flow.Axes[axis])] },
            "Squeeze" => Squeeze(call, flow),
            "Unsqueeze" => Unsqueeze(call, flow),
            "Reshape" => FlowReshape.Apply(call, flow),
            "Slice" => Slice(call, flow),
            "Gather" => Gather(call, flow),
            "Concat" => Concat(call),
            "Shape" => DynamicShapes.Of(call, flow),
            _ => null,
        };

    private static Flow Cast(NodeCall call, Flow flow)
    {
        bool isIndices = flow.Source is InputSource { IsIndices: true };
        long type = call.CastType();
        return (isIndices ? type is DataType.Int32 or DataType.Int64 : type is DataType.Float or DataType.Double)
            ? flow
            : throw call.Node.Refused(
                $"expected a Cast of {(isIndices ? "whole numbers to such (6, 7)" : "floats to such (1, 11)")}, but to is {type}");
    }

    private static Flow Squeeze(NodeCall call, Flow flow)
    {
        int rank = flow.Axes.Length;
        int[] axes = call.Integers("axes", 1) is { Length: > 0 } given ? call.Axes(given, rank)
            : flow.Axes.All(axis => axis.Size is not null) ? [.. Enumerable.Range(0, rank).Where(axis => flow.Axes[axis].IsSingle)]
            : throw call.Node.Refused($"expected axes, since the file does not say which of {flow} have one element, but there are none");
        return axes.All(axis => flow.Axes[axis].IsSingle)
            ? flow with { Axes = [.. flow.Axes.Where((_, axis) => !axes.Contains(axis))] }
            : throw call.Node.Refused($"expected axes of one element, but they are {Shown.List(axes)} of {flow}");
    }

    private static Flow Unsqueeze(NodeCall call, Flow flow)
    {
        long[] given = call.Integers("axes", 1) ?? throw call.Node.Refused("expected axes, but there are none");
        List<Axis> axes = [.. flow.Axes];
        foreach (int axis in call.Axes(given, flow.Axes.Length + given.Length).Order())
        {
            axes.Insert(axis, new Axis(1));
        }

        return flow with { Axes = [.. axes] };
    }

    private Flow Slice(NodeCall call, Flow flow)
    {
        foreach ((int axis, long start, long end, long step) in call.Slices(flow.Axes.Length))
        {
            Axis sliced = flow.Axes[axis];
            if (start == 0 && step == 1 && (end >= int.MaxValue || end >= sliced.Size))
            {
                continue;
            }

            // The only element of an axis is all of it; that of time is the last step too.
            if (sliced.IsSingle && sliced.Role != OnnxAxis.Time && SliceRange.Of(1, start, end, step).Count == 1)
            {
                continue;
            }

            if (step == 1 && start == -1 && (end >= int.MaxValue || end >= sliced.Size) && Last(flow, sliced, -1) is { } last)
            {
                flow = flow with { Source = last, Axes = Replaced(flow.Axes, axis, new Axis(1)) };
                continue;
            }

            if (step == 1 && start == 0 && end == 1 && Last(flow, sliced, 0) is { } first)
            {
                flow = flow with { Source = first, Axes = Replaced(flow.Axes, axis, new Axis(1)) };
                continue;
            }

            if (sliced.Size is not { } size || step != 1
                || SliceRange.Of(size, start, end, step) is not { Count: > 0 } rows
                || Rows(call, flow, axis, (int)rows.First, (int)rows.Count) is not { } part)
            {
                throw call.Node.Refused($"expected a slice of the last step or of a state's layers, but it is [{start}, {end}) of {flow}");
            }

            flow = part;
        }

        return flow;
    }

    private Flow Gather(NodeCall call, Flow flow)
    {
        int axis = call.Axis(call.Node.Int("axis", 0), flow.Axes.Length);
        Axis gathered = flow.Axes[axis];
        if (call.Tensor(1) is { Integers: [var index], Rank: <= 1 } indices)
        {
            // A list of one index keeps the axis, as a slice does.
            bool keeps = indices.Rank == 1;
            if (gathered.IsSingle && index is 0 or -1)
            {
                return keeps ? flow : flow with { Axes = Without(flow.Axes, axis) };
            }

            if (Last(flow, gathered, index) is { } last)
            {
                return new Flow(last, keeps ? Replaced(flow.Axes, axis, new Axis(1)) : Without(flow.Axes, axis));
            }

            if (gathered.Size is { } size && index >= -size && index < size
                && Rows(call, flow, axis, (int)(index < 0 ? index + size : index), 1) is { } part)
            {
                return keeps ? part : part with { Axes = Without(part.Axes, axis) };
            }
        }

        throw call.Node.Refused($"expected one index, of the last step or of a state's layer, but it is along axis {axis} of {flow}");
    }

    /// <summary>The source of each sequence's last step; null where a step is not that.</summary>
    private ChainSource? Last(Flow flow, Axis axis, long index)
    {
        // A layer that goes descending ends at the first step, whatever the lengths.
        bool isEnd = chain.LastDirection switch
        {
            LayerDirection.Forward => (index == -1 || index == axis.Size - 1) && recurrent is { LengthsName: null, FixedLengths: null },
            LayerDirection.Backward => index == 0 || index == -axis.Size,

            // Layers that see a step at a time have nothing else that tells which axis is time.
            LayerDirection.None => index == -1 || index == axis.Size - 1,
            _ => false,
        };
        return isEnd && flow.Source is ChainSource { IsLast: false } all
            && (chain.LastDirection == LayerDirection.None ? axis.Bind(OnnxAxis.Time) : axis.Role == OnnxAxis.Time)
            ? all with { IsLast = true }
            : null;
    }

    /// <summary>Some rows of a state; null where the flow is none.</summary>
    private Flow? Rows(NodeCall call, Flow flow, int axis, int start, int count)
    {
        switch (flow.Source)
        {
            // The axis is bound, so that the graph's input, which shares it, is known to have its parts there.
            case InputSource { IsIndices: false } input when axis == 0 && flow.Axes[0].Bind(OnnxAxis.Direction):
                return new Flow(input with { FirstRow = (input.FirstRow ?? 0) + start }, Replaced(flow.Axes, 0, new Axis(count)));
            case StateSource state when flow.Axes[axis].Role == OnnxAxis.Direction && flow.Axes[axis].Size == state.Pieces.Length:
                budget.Spend(call.Node.Label, count);
                return new Flow(
                    new StateSource(state.Pieces[start..(start + count)]), Replaced(flow.Axes, axis, new Axis(count, OnnxAxis.Direction)));
            default:
                return null;
        }
    }

    private Flow Concat(NodeCall call)
    {
        // States of several layers, or of both directions: along the layers or, one by one, along the features.
        if (call.Arguments.All(argument => argument is Flow { Source: StateSource }))
        {
            Flow[] flows = [.. call.Arguments.Cast<Flow>()];
            int rank = flows[0].Axes.Length;
            int axis = call.Axis(call.Node.Int("axis", 0), rank);
            budget.Spend(call.Node.Label, flows.Sum(flow => (long)((StateSource)flow.Source).Pieces.Length));
            var source = new StateSource([.. flows.SelectMany(flow => ((StateSource)flow.Source).Pieces)]);
            if (flows.All(flow => RunAlike(flow.Axes, flows[0].Axes, axis)) && source.Pieces.Distinct().Count() == source.Pieces.Length)
            {
                if (flows.All(flow => flow.Axes[axis] is { Role: OnnxAxis.Direction, Size: { } parts }
                    && flow.Source is StateSource state && state.Pieces.Length == parts))
                {
                    return new Flow(source, Replaced(flows[0].Axes, axis, new Axis(source.Pieces.Length, OnnxAxis.Direction)));
                }

                // Places of states are told by parts of one size.
                if (axis == rank - 1 && source.Pieces.Select(piece => piece.Node.HiddenSize).Distinct().Count() == 1
                    && flows.All(flow => flow.Axes[axis].Role == OnnxAxis.Feature && flow.Source is StateSource { Pieces.Length: 1 }))
                {
                    var features = new Axis(flows.Sum(flow => flow.Axes[axis].Size), OnnxAxis.Feature);
                    return new Flow(source, Replaced(flows[0].Axes, axis, features));
                }
            }
        }

        throw call.Node.Refused("expected a Concat of constants or of final states, but it joins other values");
    }

    /// <summary>Whether axes but for one run over the same, and have as many elements as far as is known.</summary>
    private static bool RunAlike(Axis[] axes, Axis[] others, int but)
        => axes.Length == others.Length && axes.Zip(others).Where((_, i) => i != but).All(
            pair => pair.First == pair.Second
                || (pair.First.IsSingle && pair.Second.IsSingle)
                || (pair.First.Role is not null && pair.First.Role == pair.Second.Role
                    && (pair.First.Size ?? pair.Second.Size) == (pair.Second.Size ?? pair.First.Size)));

    private static Axis[] Without(Axis[] axes, int place) => [.. axes[..place], .. axes[(place + 1)..]];

    private static Axis[] Replaced(Axis[] axes, int place, Axis axis) => [.. axes[..place], axis, .. axes[(place + 1)..]];
}
