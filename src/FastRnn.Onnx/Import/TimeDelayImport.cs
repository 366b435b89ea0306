using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>
/// Convolutions over time become time-delay layers: those whose past stands before their first step, as zeros that the node pads with, or
/// as an input that a Concat puts there, which makes it a state.
/// </summary>
/// <param name="chain">receives the layers</param>
/// <param name="budget">how many values may still be made</param>
internal sealed class TimeDelayImport(LayerChain chain, ValueBudget budget)
{
    /// <summary>Each step of a window is a state of its own.</summary>
    private const int LongestWindow = 1 << 16;

    /// <summary>The node's value; null where it is not part of such a convolution.</summary>
    internal GraphValue? Add(NodeCall call) => call.Node.Operator switch
    {
        "Concat" when call.Arguments is [Flow { Source: InputSource { IsIndices: false, FirstRow: null } input } window, Flow steps]
            => Windowed(call, input, window, steps),
        "Slice" when call.Argument(0) is Flow { Source: WindowedSource source } flow => FinalWindow(call, source, flow),
        "Conv" => Convolution(call),
        _ => null,
    };

    /// <summary>A window [past, N, I], or with the axes of time and batch the other way round, before the steps.</summary>
    private static Flow? Windowed(NodeCall call, InputSource input, Flow window, Flow steps)
    {
        int axis = call.Axis(call.Node.Int("axis", 0), window.Axes.Length);
        if (steps.Source is not (InputSource { IsIndices: false } or ChainSource { IsLast: false })
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
        return new Flow(source, axes);
    }

    private Flow FinalWindow(NodeCall call, WindowedSource source, Flow flow)
    {
        RecurrentNode window = source.Window;
        if (call.Slices(flow.Axes.Length) is not [var (axis, start, end, step)] || flow.Axes[axis] != source.Both
            || start != -window.Directions || end < int.MaxValue || step != 1)
        {
            throw call.Node.Refused(
                $"expected a slice of the last {window.Directions} steps, which the window has, but it is another of {flow}");
        }

        budget.Spend(call.Node.Label, window.Directions);
        StatePiece[] pieces =
            [.. Enumerable.Range(0, window.Directions).Select(place => new StatePiece(window, IsMemory: false, place))];
        return new Flow(
            new StateSource(pieces),
            [.. flow.Axes.Select(other => other == source.Both ? new Axis(window.Directions, OnnxAxis.Direction) : other)]);
    }

    private Flow Convolution(NodeCall call)
    {
        Tensor weights = call.Tensor(1);
        if (weights is not { Rank: 3, Floats: { } values } || weights.Shape.Contains(0))
        {
            throw call.Node.Refused($"expected weights [O, I, width], for one axis of time, but they are {weights}");
        }

        int outputs = (int)weights.Shape[0], inputs = (int)weights.Shape[1], width = (int)weights.Shape[2];
        Require(call, "kernel_shape", [width], [width]);
        Require(call, "strides", [1], [1]);
        if (call.Node.Int("group", 1) is not 1 and var group)
        {
            throw call.Node.Refused($"expected 1 as group, but it is {group}");
        }

        if (call.Node.Word("auto_pad", "NOTSET") is not "NOTSET" and var padding)
        {
            throw call.Node.Refused($"expected NOTSET as auto_pad, but it is {Shown.Text(padding)}");
        }

        long[] dilations = call.Node.Ints("dilations") ?? [1];
        if (dilations is not [>= 1 and <= int.MaxValue and var dilation] || (width - 1) * dilation > LongestWindow)
        {
            throw call.Node.Refused(
                $"expected one of dilations, with which {width} inputs span at most {LongestWindow} steps, but they are "
                + Shown.List(dilations));
        }

        long past = (width - 1) * dilation;
        var source = (call.Required(0) as Flow)?.Source as WindowedSource;
        Require(call, "pads", [source is null ? past : 0, 0], [0, 0]);
        Axis[] axes = Axes(call, source, inputs, past);
        Axis time = axes[2];
        chain.Enter(call.Node, source?.Steps ?? (Flow)call.Required(0));
        RecurrentNode window = source?.Window ?? RecurrentNode.Window((int)past, inputs);
        budget.Spend(call.Node.Label, values.Length);
        var layer = new DenseLayer(InOrder(values, inputs, width), inputs, outputs, width, (int)dilation) { Bias = Bias(call, outputs) };
        chain.AddTimeDelay(
            call.Node, layer, window, source is null ? InitialState.Zeros : new InitialState(source.Input, null, 1));
        return new Flow(
            new ChainSource(chain.Version, IsLast: false), [axes[0], new Axis(outputs, OnnxAxis.Feature), source?.Time ?? time]);
    }

    /// <summary>The input's axes, batch, features and time.</summary>
    private static Axis[] Axes(NodeCall call, WindowedSource? source, int inputs, long past)
    {
        if (call.Required(0) is not Flow flow)
        {
            throw call.Node.Refused("expected values that depend on the graph's inputs, but they are fixed");
        }

        bool fits = flow.Axes is [var batch, var features, var time]
            && flow.Source is not (InputSource { IsIndices: true } or OneHotSource or StateSource or ChainSource { IsLast: true })
            && batch.Bind(OnnxAxis.Batch) && features.Bind(OnnxAxis.Feature) && time.Bind(OnnxAxis.Time)
            && (features.Size ?? inputs) == inputs
            && (source is null || (time == source.Both && source.Window.Directions == past));
        return fits
            ? flow.Axes
            : throw call.Node.Refused(
                $"expected values [Batch, {inputs} features, Time], with {past} steps before the first one where a window is put there, "
                + $"but it is {flow}");
    }

    private static void Require(NodeCall call, string name, long[] expected, long[] missing)
    {
        long[] given = call.Node.Ints(name) ?? missing;
        if (!given.AsSpan().SequenceEqual(expected))
        {
            throw call.Node.Refused($"expected {Shown.List(expected)} as {name}, but it is {Shown.List(given)}");
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
