using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>
/// Convolutions over time become time-delay layers, if their past is before the first step: zeros that the node pads with, or an input that
/// a Concat puts there, which is a state.
/// </summary>
/// <param name="chain">receives the layers</param>
/// <param name="budget">how many values may still be made</param>
internal sealed class TimeDelayImport(LayerChain chain, ValueBudget budget)
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

    internal DynamicValue Convolution(NodeCall call)
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
            throw call.Node.Refused($"expected NOTSET as auto_pad, but it is {DisplayText.Text(padding)}");
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
        Require(call, "pads", [source is null ? past : 0, 0], [0, 0]);
        Axis[] axes = Axes(call, source, inputs, past);
        Axis time = axes[2];
        chain.Enter(call.Node, source?.Steps ?? (DynamicValue)call.Required(0));
        RecurrentNode window = source?.Window ?? RecurrentNode.Window((int)past, inputs);
        budget.Spend(call.Node.Label, values.Length);
        var layer = new DenseLayer(InOrder(values, inputs, width), inputs, outputs, width, (int)dilation) { Bias = Bias(call, outputs) };
        chain.AddTimeDelay(
            call.Node, layer, window, source is null ? InitialState.Zeros : new InitialState(source.Input, null, 1));
        return new DynamicValue(
            new ChainSource(chain.Version, IsLast: false), [axes[0], new Axis(outputs, OnnxAxis.Feature), source?.Time ?? time]);
    }

    /// <summary>The input's axes, batch, features and time.</summary>
    private static Axis[] Axes(NodeCall call, WindowedSource? source, int inputs, long past)
    {
        if (call.Required(0) is not DynamicValue value)
        {
            throw call.Node.Refused("expected values that depend on the graph's inputs, but they are fixed");
        }

        bool fits = value.Axes is [var batch, var features, var time]
            && value.Source is not (InputSource { IsIndices: true } or OneHotSource or StateSource or ChainSource { IsLast: true })
            && batch.Bind(OnnxAxis.Batch) && features.Bind(OnnxAxis.Feature) && time.Bind(OnnxAxis.Time)
            && (features.Size ?? inputs) == inputs
            && (source is null || (time == source.Both && source.Window.Directions == past));
        return fits
            ? value.Axes
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
