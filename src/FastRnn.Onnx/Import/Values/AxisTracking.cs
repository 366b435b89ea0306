using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>The operators that move values which depend on the inputs: nothing is moved, what they do to the axes is followed.</summary>
internal sealed class AxisTracking(FlowEntry entry, FlowAlgebra algebra, ValueBudget budget, GraphWarnings warnings)
{
    internal DynamicValue Cast(NodeCall call, DynamicValue value)
    {
        bool isIndices = value.Source is InputSource { IsIndices: true };
        long type = call.CastType();
        if (!isIndices && type is (DataType.Float16 or DataType.BFloat16))
        {
            warnings.AddHalf(call.Node.Label);
            return value;
        }

        return (isIndices ? type is DataType.Int32 or DataType.Int64 : type is DataType.Float or DataType.Double)
            ? value
            : throw call.Node.Refused(
                $"expected a Cast of {(isIndices ? "whole numbers to such (6, 7)" : "floats to such (1, 10, 11, 16)")}, but to is {type}");
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
                $"expected a slice of the last step, of features or of a state's layers, but it is [{start}, {end}) of {value}");
        }

        return value;
    }

    /// <summary>Parts of the features, by their sizes or of one size.</summary>
    internal GraphValue[]? Split(NodeCall call)
    {
        if (call.Argument(0) is not DynamicValue value)
        {
            return null;
        }

        int axis = call.Axis(call.Node.Int("axis", 0), value.Axes.Length);
        long[]? given = call.Integers("split", 1);
        int outputs = call.Node.Outputs.Count, count = (int)call.Node.Int("num_outputs", outputs);
        bool isCounted = count >= 1 && count == outputs && (given is null || given.Length == count);
        if (FeatureAxes.Width(value, axis) is not { } width || !isCounted)
        {
            throw call.Node.Refused($"expected a split of the features to {outputs} parts, but it is along axis {axis} of {value}");
        }

        // The last one may be smaller.
        int each = (width + count - 1) / count;
        long[] sizes = given ?? [.. Enumerable.Range(0, count).Select(i => (long)Math.Min(each, width - i * each))];
        if (sizes.Sum() != width || sizes.Any(size => size < 1))
        {
            throw call.Node.Refused($"expected parts of {width} features together, but they are {DisplayText.List(sizes)}");
        }

        int start = 0;
        var parts = new GraphValue[count];
        for (int i = 0; i < count; i++)
        {
            budget.Spend(call.Node.Label, sizes[i]);
            parts[i] = Features(call, value, axis, [.. Enumerable.Range(start, (int)sizes[i])])
                ?? throw call.Node.Refused($"expected a split of the features, but it is along axis {axis} of {value}");
            start += (int)sizes[i];
        }

        return parts;
    }

    internal DynamicValue Gather(NodeCall call, DynamicValue value)
    {
        int axis = call.Axis(call.Node.Int("axis", 0), value.Axes.Length);
        Axis gathered = value.Axes[axis];
        if (call.Tensor(1) is { Integers: { Length: > 0 } places, Rank: <= 1 } list && FeatureAxes.Width(value, axis) is { } width
            && Array.TrueForAll(places, place => place >= -width && place < width)
            && Features(call, value, axis, [.. places.Select(place => (int)(place < 0 ? place + width : place))]) is { } features)
        {
            return list.Rank == 1 ? features : features with { Axes = Without(features.Axes, axis) };
        }

        if (call.Tensor(1) is { Integers: [var index], Rank: <= 1 } indices)
        {
            // A list of one index keeps the axis, as a slice does.
            bool keeps = indices.Rank == 1;
            if (gathered.IsSingle && index is 0 or -1)
            {
                return keeps ? value : value with { Axes = Without(value.Axes, axis) };
            }

            if (LastStep(call, value, gathered, index) is { } last)
            {
                return new DynamicValue(last, keeps ? Replaced(value.Axes, axis, new Axis(1)) : Without(value.Axes, axis));
            }

            if (gathered.Size is { } size && index >= -size && index < size
                && Rows(call, value, axis, (int)(index < 0 ? index + size : index), 1) is { } part)
            {
                return keeps ? part : part with { Axes = Without(part.Axes, axis) };
            }
        }

        throw call.Node.Refused(
            $"expected one index, of the last step or of a state's layer, or some of the features, but it is along axis {axis} of {value}");
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

        return Flows(call, value)
            ?? throw call.Node.Refused("expected a Concat of constants, of features or of final states, but it joins other values");
    }

    /// <summary>Features side by side, or directions; null for other values.</summary>
    private DynamicValue? Flows(NodeCall call, DynamicValue value)
    {
        if (call.Arguments.Length == 0 || !Array.TrueForAll(call.Arguments, argument => argument is DynamicValue))
        {
            return null;
        }

        DynamicValue[] values = [.. call.Arguments.Cast<DynamicValue>()];
        int axis = call.Axis(call.Node.Int("axis", 0), value.Axes.Length);
        bool areTaken = Array.TrueForAll(
            values,
            part => part.Source is FlowSource or OneHotSource or InputSource { IsIndices: false, FirstRow: null }
                || (part.Source is StateSource { Pieces: { } pieces }
                    && Array.TrueForAll(pieces, piece => !piece.IsMemory && !piece.Node.IsWindow)));
        if (!areTaken || !Array.TrueForAll(values, part => RunAlike(part.Axes, value.Axes, axis)))
        {
            return null;
        }

        Flow[] flows = [.. values.Select(part => entry.Of(call.Node, part))];
        if (!values.Zip(flows).All(pair => FeatureAxes.CanJoin(pair.First, pair.Second, axis)))
        {
            return null;
        }

        long? width = values.Sum(part => part.Axes[axis].Size);
        OnnxAxis role = Array.Exists(values, part => part.Axes[axis].Role == OnnxAxis.Direction) ? OnnxAxis.Direction : OnnxAxis.Feature;
        return new DynamicValue(
            new FlowSource(algebra.Concat(call.Node, flows)), Replaced(value.Axes, axis, new Axis(width, role)));
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

        if (step == 1 && ((start == -1 && reachesEnd) || (start == 0 && end == 1)) && LastStep(call, value, sliced, start) is { } last)
        {
            return new DynamicValue(last, Replaced(value.Axes, axis, new Axis(1)));
        }

        if (sliced.Size is not { } size || SliceRange.Of(size, start, end, step) is not { Count: > 0 } rows)
        {
            return null;
        }

        if (FeatureAxes.Width(value, axis) is not null)
        {
            budget.Spend(call.Node.Label, rows.Count);
            int[] places = [.. Enumerable.Range(0, (int)rows.Count).Select(at => (int)(rows.First + at * rows.Step))];
            if (Features(call, value, axis, places) is { } features)
            {
                return features;
            }
        }

        return step == 1 ? Rows(call, value, axis, (int)rows.First, (int)rows.Count)
            : null;
    }

    /// <summary>The source of each sequence's last step; null where a step is not that.</summary>
    private FlowSource? LastStep(NodeCall call, DynamicValue value, Axis axis, long index)
    {
        // The first axis of an input that no layer has seen is that of a state's layers, unless it is the graph's first.
        bool canBe = value.Source is FlowSource { Flow.IsReduced: false }
            || (value.Source is InputSource { IsIndices: false, FirstRow: null, Name: var name }
                && (axis.Role == OnnxAxis.Time || axis != value.Axes[0] || name == entry.FirstInput));
        if (!canBe || axis.Parts.Length > 0
            || !(axis.Role == OnnxAxis.Time || (axis.Role is null && value.Axes.All(other => other.Role != OnnxAxis.Time))))
        {
            return null;
        }

        bool isEnd = index == -1 || index == axis.Size - 1, isStart = index == 0 || index == -axis.Size;
        Flow flow = entry.Of(call.Node, value);
        Flow? step = isEnd ? algebra.LastStep(call.Node, flow, isPlace: true) : isStart ? algebra.FirstStep(call.Node, flow) : null;
        return step is not null && axis.Bind(OnnxAxis.Time) ? new FlowSource(step) : null;
    }

    /// <summary>Some of the features, by their places along their axis or along that of the directions; null where it is another axis.
    /// </summary>
    private DynamicValue? Features(NodeCall call, DynamicValue value, int axis, int[] places)
    {
        if (value.Source is StateSource && value.Axes[axis].Role == OnnxAxis.Direction)
        {
            return null;
        }

        Flow flow = entry.Of(call.Node, value);
        if (FeatureAxes.Columns(value, flow, axis, places) is not { } columns)
        {
            return null;
        }

        return new DynamicValue(
            new FlowSource(algebra.Select(call.Node, flow, columns)),
            Replaced(value.Axes, axis, new Axis(places.Length, value.Axes[axis].Role)));
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
