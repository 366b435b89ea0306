using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>
/// Convolutions over time become time-delay layers, if there are as many outputs as inputs, or a Slice cuts off those that are too many.
/// Their past is an input that a Concat puts before the first step, which is a state; or zeros are before the first step and behind the
/// last one.
/// </summary>
/// <param name="entry">gives the flows of values</param>
/// <param name="algebra">makes flows</param>
/// <param name="budget">how many values may still be made</param>
internal sealed class TimeDelayImport(FlowEntry entry, FlowAlgebra algebra, ValueBudget budget)
{
    /// <summary>Each step of a window is a state of its own.</summary>
    private const int LongestWindow = 1 << 16;

    /// <summary>A Concat that puts a window [past, N, I], or [N, past, I], before the steps; null for any other.</summary>
    internal static DynamicValue? Window(NodeCall call, DynamicValue window)
    {
        if (window.Source is not InputSource { IsIndices: false, FirstRow: null } input || call.Arguments is not [_, DynamicValue steps])
        {
            return null;
        }

        int axis = call.Axis(call.Node.Int("axis", 0), window.Axes.Length);
        if (steps.Source is not (InputSource { IsIndices: false } or FlowSource { Flow.IsReduced: false })
            || window.Axes.Length != 3 || steps.Axes.Length != 3 || axis == 2
            || window.Axes[axis].Size is not (>= 1 and <= LongestWindow and var past)
            || steps.Axes[2].Size is not { } inputs || window.Axes[2].Size != inputs)
        {
            return null;
        }

        int batch = 1 - axis;
        bool binds = window.Axes[axis].Bind(OnnxAxis.Direction) && window.Axes[batch].Bind(OnnxAxis.Batch)
            && steps.Axes[axis].Bind(OnnxAxis.Time) && steps.Axes[batch].Bind(OnnxAxis.Batch)
            && window.Axes[2].Bind(OnnxAxis.Feature) && steps.Axes[2].Bind(OnnxAxis.Feature);
        if (!binds)
        {
            return null;
        }

        var both = new Axis(steps.Axes[axis].Size + past, OnnxAxis.Time);
        var source = new WindowedSource(steps, input, RecurrentNode.Window((int)past, (int)inputs), steps.Axes[axis], both);
        Axis[] axes = [.. steps.Axes];
        axes[axis] = both;
        return new DynamicValue(source, axes);
    }

    /// <summary>A Slice of the window and the steps that takes the next window; null for other values.</summary>
    internal DynamicValue? FinalWindow(NodeCall call, DynamicValue value)
    {
        if (value.Source is not WindowedSource { Window: { } window } source)
        {
            return null;
        }

        if (call.Slices(value.Axes.Length) is not [var (axis, start, end, step)] || value.Axes[axis] != source.Both
            || start != -window.Directions || end < int.MaxValue || step != 1)
        {
            throw call.Node.Refused(
                $"expected a slice of the last {window.Directions} steps, which the window has, but it is another of {value}");
        }

        budget.Spend(call.Node.Label, window.Directions);
        return new DynamicValue(
            new StateSource(window.Pieces()),
            [.. value.Axes.Select(other => other == source.Both ? new Axis(window.Directions, OnnxAxis.Direction) : other)]);
    }

    /// <summary>Zeros before or behind the steps; null for what is no such.</summary>
    internal static DynamicValue? Pad(NodeCall call, DynamicValue value)
    {
        int rank = value.Axes.Length;
        long[] pads = call.Integers("pads", 1) ?? [];
        int[] axes = call.TensorOrNull(3) is { Integers: { } given } ? call.Axes(given, rank) : [.. Enumerable.Range(0, rank)];
        bool isZero = (call.Node.FloatOrNull("value") ?? call.TensorOrNull(2)?.Floats?[0] ?? 0) == 0;
        if (pads.Length != 2 * axes.Length || !isZero || call.Node.Word("mode", "constant") != "constant")
        {
            throw call.Node.Refused(
                $"expected zeros around the steps, but pads are {DisplayText.List(pads)} of {value}, or mode is another");
        }

        int[] padded = [.. Enumerable.Range(0, axes.Length).Where(i => pads[i] != 0 || pads[axes.Length + i] != 0)];
        if (padded.Length == 0)
        {
            return value;
        }

        int place = padded[0];
        long before = pads[place], behind = pads[axes.Length + place];
        Axis time = value.Axes[axes[place]];
        bool isTime = padded.Length == 1 && before is >= 0 and <= LongestWindow && behind is >= 0 and <= LongestWindow
            && value.Source is InputSource { IsIndices: false, FirstRow: null } or FlowSource { Flow.IsReduced: false }
            && time.Bind(OnnxAxis.Time);
        if (!isTime)
        {
            throw call.Node.Refused($"expected zeros around the steps alone, but pads are {DisplayText.List(pads)} of {value}");
        }

        var both = new Axis(time.Size + before + behind, OnnxAxis.Time);
        return new DynamicValue(
            new PaddedSource(value, before, behind, time, both), [.. value.Axes.Select(axis => axis == time ? both : axis)]);
    }

    internal DynamicValue Convolution(NodeCall call)
    {
        Tensor weights = call.Tensor(1);
        if (weights is not { Rank: 3, Floats: { } values } || weights.Shape.Contains(0))
        {
            throw call.Node.Refused($"expected weights [O, I, width], for one axis of time, but they are {weights}");
        }

        int outputs = (int)weights.Shape[0], part = (int)weights.Shape[1], width = (int)weights.Shape[2];
        Require(call, "kernel_shape", [width], [width]);
        Require(call, "strides", [1], [1]);
        long groups = call.Node.Int("group", 1), inputs = groups * part;
        if (groups < 1 || outputs % groups != 0 || inputs > int.MaxValue)
        {
            throw call.Node.Refused($"expected a divisor of the {outputs} outputs as group, but it is {groups}");
        }

        long[] dilations = call.Node.Ints("dilations") ?? [1];
        if (dilations is not [>= 1 and <= int.MaxValue and var dilation] || (width - 1) * dilation > LongestWindow)
        {
            throw call.Node.Refused(
                $"expected one of dilations, with which {width} inputs span at most {LongestWindow} steps, but they are "
                + DisplayText.List(dilations));
        }

        long past = (width - 1) * dilation;
        var source = (call.Required(0) as DynamicValue)?.Source as WindowedSource;
        var padded = (call.Required(0) as DynamicValue)?.Source as PaddedSource;
        bool hasWindow = source is not null;
        long ahead = Ahead(call, hasWindow ? 0 : past, hasWindow, padded, out long overhang);
        (Flow flow, Axis[] axes) = Enter(call, source, padded, (int)inputs, past);
        Axis time = source?.Time ?? padded?.Time ?? axes[2];
        budget.Spend(call.Node.Label, values.Length);
        float[]? bias = Bias(call, outputs);
        float[] kernel = InOrder(values, part, width);
        if (overhang > 0)
        {
            var longer = new Axis(time.Size + overhang, OnnxAxis.Time);
            return new DynamicValue(
                new OverhangSource(overhang, longer, start => Made(ahead + start)),
                [axes[0], new Axis(outputs, OnnxAxis.Feature), longer]);
        }

        return Made(ahead);

        DynamicValue Made(long lookAhead)
        {
            RecurrentNode? window = source?.Window ?? (lookAhead == 0 ? RecurrentNode.Window((int)past, (int)inputs) : null);
            TimeDelaySpec layer = Layer.TimeDelay(outputs, width, (int)dilation, Activation.Identity) with
            {
                Groups = (int)groups,
                LookAhead = (int)lookAhead,
                HasBias = bias is not null,
            };
            var operation = new TimeDelayOperation(
                layer, kernel, bias, (int)inputs, window,
                source is null ? InitialState.Zeros : new InitialState(source.Input.Name, 0, null, 1));
            return new DynamicValue(
                new FlowSource(algebra.Apply(call.Node, operation, flow, outputs)),
                [axes[0], new Axis(outputs, OnnxAxis.Feature), time]);
        }
    }

    /// <summary>A Slice that cuts off the outputs of a convolution that are too many; null for other values.</summary>
    internal static DynamicValue? Cut(NodeCall call, DynamicValue value)
    {
        if (value.Source is not OverhangSource { Overhang: var overhang, Along: var along } source)
        {
            return null;
        }

        if (call.Slices(value.Axes.Length) is [(var axis, var start, var end, 1)] && value.Axes[axis] == along
            && start >= 0 && start <= overhang)
        {
            long behind = overhang - start;
            bool fits = behind == 0 ? end >= int.MaxValue || end == along.Size : end == -behind || end == along.Size - behind;
            DynamicValue? cut = fits ? Reordered(source.Cut(start), value.Axes, along) : null;
            if (cut is not null)
            {
                return cut;
            }
        }

        throw call.Node.Refused(
            $"expected a slice that leaves as many steps as there were before the convolution, but it is another of {value}");
    }

    /// <summary>The axes in the order that a transposition has given them since the convolution; null where there are others.</summary>
    private static DynamicValue? Reordered(DynamicValue made, Axis[] axes, Axis along)
    {
        var ordered = new Axis[axes.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            Axis? own = axes[i] == along ? made.Axes[2]
                : axes[i].Role == OnnxAxis.Feature ? made.Axes[1]
                : axes[i] == made.Axes[0] ? axes[i] : null;
            if (own is null)
            {
                return null;
            }

            ordered[i] = own;
        }

        return axes.Length == made.Axes.Length ? made with { Axes = ordered } : null;
    }

    /// <summary>How many of the steps that an output sees lie behind its own.</summary>
    private static long Ahead(NodeCall call, long reach, bool hasWindow, PaddedSource? padded, out long overhang)
    {
        string padding = call.Node.Word("auto_pad", "NOTSET");
        long[] pads = call.Node.Ints("pads") ?? [0, 0];
        pads = pads is [var start, var end] && padded is not null ? [start + padded.Before, end + padded.Behind] : pads;
        bool isPadded = hasWindow || padded is not null;
        overhang = 0;
        switch (padding)
        {
            case "NOTSET" or "VALID":
                bool isWhole = pads is [>= 0 and <= LongestWindow, >= 0 and <= LongestWindow] && pads[0] + pads[1] >= reach
                    && (padding == "NOTSET" || pads is [0, 0] || padded is not null) && (reach > 0 || pads is [0, 0]);
                overhang = isWhole ? pads[0] + pads[1] - reach : 0;
                return isWhole
                    ? reach - pads[0]
                    : throw call.Node.Refused(
                        $"expected pads of {reach} steps together, so that there are as many steps as before, but auto_pad is {padding} "
                        + $"and pads {DisplayText.List(pads)}");

            // The odd one is at the end, or at the start.
            case "SAME_UPPER" when !isPadded:
                return (reach + 1) / 2;
            case "SAME_LOWER" when !isPadded:
                return reach / 2;
            default:
                throw call.Node.Refused(
                    "expected NOTSET or VALID as auto_pad, or SAME_UPPER or SAME_LOWER without a window before the steps, but it is "
                    + padding);
        }
    }

    /// <summary>The flow of the steps, and the input's axes, batch, features and time.</summary>
    private (Flow Flow, Axis[] Axes) Enter(
        NodeCall call, WindowedSource? source, PaddedSource? padded, int inputs, long past)
    {
        if (call.Required(0) is not DynamicValue value)
        {
            throw call.Node.Refused("expected values that depend on the graph's inputs, but they are fixed");
        }

        DynamicValue steps = source?.Steps ?? padded?.Steps ?? value;
        bool isTaken = value.Axes is [var batch, var features, var time]
            && steps.Source is not (InputSource { IsIndices: true } or OneHotSource or StateSource)
            && batch.Bind(OnnxAxis.Batch) && features.Bind(OnnxAxis.Feature) && time.Bind(OnnxAxis.Time)
            && (features.Size ?? inputs) == inputs
            && (padded is null || time == padded.Both)
            && (source is null || (time == source.Both && source.Window.Directions == past));
        Flow? flow = isTaken ? entry.Of(call.Node, steps) : null;
        return flow is { IsReduced: false } && flow.HasSize(inputs)
            ? (flow, value.Axes)
            : throw call.Node.Refused(
                $"expected values [Batch, {inputs} features, Time], with {past} steps before the first one where a window is put there, "
                + $"but it is {value}");
    }

    private static void Require(NodeCall call, string name, long[] expected, long[] missing)
    {
        long[] given = call.Node.Ints(name) ?? missing;
        if (!given.AsSpan().SequenceEqual(expected))
        {
            throw call.Node.Refused($"expected {DisplayText.List(expected)} as {name}, but it is {DisplayText.List(given)}");
        }
    }

    private static float[]? Bias(NodeCall call, int outputs)
        => call.TensorOrNull(2) is not { } bias ? null
            : bias is { Rank: 1, Floats: { } values } && values.Length == outputs
                ? values
                : throw call.Node.Refused($"expected floats [{outputs}] as bias, but got {bias}");

    /// <summary>[O, I, width] to [O, width·I]</summary>
    private static float[] InOrder(float[] weights, int inputs, int width)
    {
        var ordered = new float[weights.Length];
        int row = inputs * width;
        for (int i = 0; i < weights.Length; i++)
        {
            ordered[i / row * row + i % width * inputs + i % row / width] = weights[i];
        }

        return ordered;
    }
}
