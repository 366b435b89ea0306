using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>The operators that move values which depend on the inputs: nothing is moved, what they do to the axes is followed.</summary>
internal sealed class AxisTracking(LayerChain chain, RecurrentImport recurrent, ValueBudget budget)
{
    internal static DynamicValue Cast(NodeCall call, DynamicValue value)
    {
        bool isIndices = value.Source is InputSource { IsIndices: true };
        long type = call.CastType();
        return (isIndices ? type is DataType.Int32 or DataType.Int64 : type is DataType.Float or DataType.Double)
            ? value
            : throw call.Node.Refused(
                $"expected a Cast of {(isIndices ? "whole numbers to such (6, 7)" : "floats to such (1, 11)")}, but to is {type}");
    }

    internal static DynamicValue Transpose(NodeCall call, DynamicValue value)
        => value with { Axes = Array.ConvertAll(call.Permutation(value.Axes.Length), axis => value.Axes[axis]) };

    internal static DynamicValue Squeeze(NodeCall call, DynamicValue value)
    {
        int rank = value.Axes.Length;
        int[] axes = call.Integers("axes", 1) is { Length: > 0 } given ? call.Axes(given, rank)
            : value.Axes.All(axis => axis.Size is not null) ? [.. Enumerable.Range(0, rank).Where(axis => value.Axes[axis].IsSingle)]
            : throw call.Node.Refused($"expected axes, since the file does not say which of {value} have one element, but there are none");
        return axes.All(axis => value.Axes[axis].IsSingle)
            ? value with { Axes = [.. value.Axes.Where((_, axis) => !axes.Contains(axis))] }
            : throw call.Node.Refused($"expected axes of one element, but they are {DisplayText.List(axes)} of {value}");
    }

    internal static DynamicValue Unsqueeze(NodeCall call, DynamicValue value)
    {
        List<Axis> axes = [.. value.Axes];
        foreach (int axis in call.NewAxes(axes.Count))
        {
            axes.Insert(axis, new Axis(1));
        }

        return value with { Axes = [.. axes] };
    }

    internal DynamicValue Slice(NodeCall call, DynamicValue value)
    {
        foreach ((int axis, long start, long end, long step) in call.Slices(value.Axes.Length))
        {
            value = Sliced(call, value, axis, start, end, step) ?? throw call.Node.Refused(
                $"expected a slice of the last step or of a state's layers, but it is [{start}, {end}) of {value}");
        }

        return value;
    }

    internal DynamicValue Gather(NodeCall call, DynamicValue value)
    {
        int axis = call.Axis(call.Node.Int("axis", 0), value.Axes.Length);
        Axis gathered = value.Axes[axis];
        if (call.Tensor(1) is { Integers: [var index], Rank: <= 1 } indices)
        {
            // A list of one index keeps the axis, as a slice does.
            bool keeps = indices.Rank == 1;
            if (gathered.IsSingle && index is 0 or -1)
            {
                return keeps ? value : value with { Axes = Without(value.Axes, axis) };
            }

            if (LastStep(value, gathered, index) is { } last)
            {
                return new DynamicValue(last, keeps ? Replaced(value.Axes, axis, new Axis(1)) : Without(value.Axes, axis));
            }

            if (gathered.Size is { } size && index >= -size && index < size
                && Rows(call, value, axis, (int)(index < 0 ? index + size : index), 1) is { } part)
            {
                return keeps ? part : part with { Axes = Without(part.Axes, axis) };
            }
        }

        throw call.Node.Refused($"expected one index, of the last step or of a state's layer, but it is along axis {axis} of {value}");
    }

    /// <summary>States of several layers, or of both directions: along the layers or, one by one, along the features.</summary>
    internal DynamicValue Concat(NodeCall call, DynamicValue value)
    {
        if (Array.TrueForAll(call.Arguments, argument => argument is DynamicValue { Source: StateSource }))
        {
            DynamicValue[] values = [.. call.Arguments.Cast<DynamicValue>()];
            int rank = value.Axes.Length;
            int axis = call.Axis(call.Node.Int("axis", 0), rank);
            budget.Spend(call.Node.Label, values.Sum(part => (long)Pieces(part).Length));
            StatePiece[] pieces = [.. values.SelectMany(Pieces)];
            if (Array.TrueForAll(values, part => RunAlike(part.Axes, value.Axes, axis)) && pieces.Distinct().Count() == pieces.Length)
            {
                if (Array.TrueForAll(values, part => part.Axes[axis].Has(OnnxAxis.Direction, Pieces(part).Length)))
                {
                    return Joined(new Axis(pieces.Length, OnnxAxis.Direction));
                }

                // The places of states are counted in parts, which must have one size.
                if (axis == rank - 1 && pieces.Select(piece => piece.Node.HiddenSize).Distinct().Count() == 1
                    && Array.TrueForAll(values, part => part.Axes[axis].Role == OnnxAxis.Feature && Pieces(part).Length == 1))
                {
                    return Joined(new Axis(values.Sum(part => part.Axes[axis].Size), OnnxAxis.Feature));
                }
            }

            DynamicValue Joined(Axis joined) => new(new StateSource(pieces), Replaced(value.Axes, axis, joined));
        }

        throw call.Node.Refused("expected a Concat of constants or of final states, but it joins other values");
    }

    /// <summary>A value cut along one axis; null where that is neither all of it, nor the last step, nor rows of a state.</summary>
    private DynamicValue? Sliced(NodeCall call, DynamicValue value, int axis, long start, long end, long step)
    {
        Axis sliced = value.Axes[axis];
        bool reachesEnd = end >= int.MaxValue || end >= sliced.Size;

        // The only element of an axis is all of it; but the only step is the last step too.
        if ((start == 0 && step == 1 && reachesEnd)
            || (sliced.IsSingle && sliced.Role != OnnxAxis.Time && SliceRange.Of(1, start, end, step).Count == 1))
        {
            return value;
        }

        if (step == 1 && ((start == -1 && reachesEnd) || (start == 0 && end == 1)) && LastStep(value, sliced, start) is { } last)
        {
            return new DynamicValue(last, Replaced(value.Axes, axis, new Axis(1)));
        }

        return sliced.Size is { } size && step == 1 && SliceRange.Of(size, start, end, step) is { Count: > 0 } rows
            ? Rows(call, value, axis, (int)rows.First, (int)rows.Count)
            : null;
    }

    /// <summary>The source of each sequence's last step; null where a step is not that.</summary>
    private ChainSource? LastStep(DynamicValue value, Axis axis, long index)
    {
        // A layer that runs in reverse ends at the first step, whatever the lengths.
        bool isEnd = chain.LastDirection switch
        {
            LayerDirection.Forward => (index == -1 || index == axis.Size - 1) && recurrent is { LengthsName: null, FixedLengths: null },
            LayerDirection.Reverse => index == 0 || index == -axis.Size,

            // Without a layer over time only this tells which axis is time.
            LayerDirection.None => index == -1 || index == axis.Size - 1,
            _ => false,
        };
        return isEnd && value.Source is ChainSource { IsLast: false } all
            && (chain.LastDirection == LayerDirection.None ? axis.Bind(OnnxAxis.Time) : axis.Role == OnnxAxis.Time)
            ? all with { IsLast = true }
            : null;
    }

    /// <summary>Some rows of a state; null where the value is none.</summary>
    private DynamicValue? Rows(NodeCall call, DynamicValue value, int axis, int start, int count)
    {
        switch (value.Source)
        {
            // The graph's input shares the axis, and so learns where it has its parts.
            case InputSource { IsIndices: false } input when axis == 0 && value.Axes[0].Bind(OnnxAxis.Direction):
                return new DynamicValue(
                    input with { FirstRow = (input.FirstRow ?? 0) + start }, Replaced(value.Axes, 0, new Axis(count)));
            case StateSource { Pieces: { } pieces } when value.Axes[axis].Has(OnnxAxis.Direction, pieces.Length):
                budget.Spend(call.Node.Label, count);
                return new DynamicValue(
                    new StateSource(pieces[start..(start + count)]), Replaced(value.Axes, axis, new Axis(count, OnnxAxis.Direction)));
            default:
                return null;
        }
    }

    private static StatePiece[] Pieces(DynamicValue state) => ((StateSource)state.Source).Pieces;

    /// <summary>Whether all axes but one run over the same and have the same number of elements, as far as that is known.</summary>
    private static bool RunAlike(Axis[] axes, Axis[] others, int but)
        => axes.Length == others.Length && axes.Zip(others).Where((_, i) => i != but).All(
            pair => pair.First == pair.Second
                || (pair.First.IsSingle && pair.Second.IsSingle)
                || (pair.First.Role is not null && pair.First.Role == pair.Second.Role
                    && (pair.First.Size ?? pair.Second.Size) == (pair.Second.Size ?? pair.First.Size)));

    private static Axis[] Without(Axis[] axes, int place) => [.. axes[..place], .. axes[(place + 1)..]];

    private static Axis[] Replaced(Axis[] axes, int place, Axis axis) => [.. axes[..place], axis, .. axes[(place + 1)..]];
}
