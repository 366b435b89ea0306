using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>Activations.</summary>
/// <param name="entry">gives the flows of values</param>
/// <param name="algebra">makes flows</param>
internal sealed class ActivationImport(FlowEntry entry, FlowAlgebra algebra)
{
    /// <summary>Activations without attributes.</summary>
    internal static IEnumerable<(string Operator, Activation Activation)> Plain =>
    [
        ("Sigmoid", Activation.Sigmoid), ("Tanh", Activation.Tanh), ("Relu", Activation.Relu), ("Softplus", Activation.Softplus),
        ("Softsign", Activation.Softsign), ("HardSwish", Activation.HardSwish), ("Mish", Activation.Mish),
    ];

    internal DynamicValue Apply(NodeCall call, DynamicValue value, Activation activation, float[]? slopes = null)
        => value with { Source = new FlowSource(algebra.Activate(call.Node, entry.Of(call.Node, value), activation, slopes)) };

    internal DynamicValue Elu(NodeCall call, DynamicValue value)
        => Apply(call, value, Made(call, () => Activation.Elu(call.Node.FloatOrNull("alpha") ?? 1)));

    internal DynamicValue LeakyRelu(NodeCall call, DynamicValue value)
        => Apply(call, value, Made(call, () => Activation.LeakyRelu(call.Node.FloatOrNull("alpha") ?? 0.01f)));

    internal DynamicValue ThresholdedRelu(NodeCall call, DynamicValue value)
        => Apply(call, value, Made(call, () => Activation.ThresholdedRelu(call.Node.FloatOrNull("alpha") ?? 1)));

    internal DynamicValue HardSigmoid(NodeCall call, DynamicValue value)
        => Apply(
            call, value,
            Made(call, () => Activation.HardSigmoid(call.Node.FloatOrNull("alpha") ?? 0.2f, call.Node.FloatOrNull("beta") ?? 0.5f)));

    internal DynamicValue Selu(NodeCall call, DynamicValue value)
    {
        Activation standard = Activation.Selu();
        return Apply(
            call, value,
            Made(
                call,
                () => Activation.Selu(call.Node.FloatOrNull("alpha") ?? standard.Alpha, call.Node.FloatOrNull("gamma") ?? standard.Beta)));
    }

    /// <summary>ln σ(x) = −ln(1 + e⁻ˣ), and the logarithm of a softmax.</summary>
    internal DynamicValue Logarithm(NodeCall call, DynamicValue value)
    {
        Flow flow = entry.Of(call.Node, value);
        Flow? result = flow.Operation switch
        {
            ActivationOperation { Activation.Kind: ActivationKind.Sigmoid } => algebra.Scale(
                call.Node, algebra.Activate(call.Node, algebra.Scale(call.Node, flow.Inputs[0], -1), Activation.Softplus), -1),
            ActivationOperation { Activation.Kind: ActivationKind.Softmax }
                => algebra.Activate(call.Node, flow.Inputs[0], Activation.LogSoftmax),
            _ => null,
        };
        return result is null
            ? throw call.Node.Refused($"expected the logarithm of a Sigmoid or a Softmax, but it is of other values {value}")
            : value with { Source = new FlowSource(result) };
    }

    /// <summary>max(0, x) + min(0, α·(exp(x/α) − 1)), which is α·elu(x/α).</summary>
    internal DynamicValue Celu(NodeCall call, DynamicValue value)
    {
        double alpha = call.Node.FloatOrNull("alpha") ?? 1;
        if (!(alpha > 0))
        {
            throw call.Node.Refused($"expected an alpha above 0, but it is {alpha}");
        }

        Flow scaled = algebra.Scale(call.Node, entry.Of(call.Node, value), 1 / alpha);
        Flow activated = algebra.Activate(call.Node, scaled, Activation.Elu());
        return value with { Source = new FlowSource(algebra.Scale(call.Node, activated, alpha)) };
    }

    internal DynamicValue Gelu(NodeCall call, DynamicValue value) => call.Node.Word("approximate", "none") switch
    {
        "none" => Apply(call, value, Activation.Gelu),
        "tanh" => Apply(call, value, Activation.GeluTanh),
        var other => throw call.Node.Refused($"expected none or tanh as approximate, but it is {other}"),
    };

    /// <summary>One slope, or one for each feature.</summary>
    internal DynamicValue PRelu(NodeCall call, DynamicValue value)
    {
        Tensor tensor = call.Tensor(1);
        DynamicValue sloped = value;
        double[] slopes = FeatureAxes.Vector(ref sloped, entry.Of(call.Node, value), tensor) ?? throw call.Node.Refused(
            $"expected one slope for all features or one for each, but {tensor} meets {value}");
        return slopes.Length > 1 && sloped.Axes.Length == value.Axes.Length && entry.Of(call.Node, value).Size != slopes.Length
            ? throw call.Node.Refused($"expected one slope for all features or one for each, but {tensor} meets {value}")
            : Apply(call, value, Activation.PRelu(slopes.Length > 1), Array.ConvertAll(slopes, slope => (float)slope));
    }

    /// <summary>Bounds are attributes up to opset 10 and inputs from then on.</summary>
    internal DynamicValue Clip(NodeCall call, DynamicValue value)
    {
        float least = Bound("min", 1) ?? float.NegativeInfinity, most = Bound("max", 2) ?? float.PositiveInfinity;
        return Clipped(call, value, least, most);

        float? Bound(string name, int input) => call.Node.FloatOrNull(name) ?? (call.TensorOrNull(input) is not { } tensor ? null
            : tensor is { Count: 1, Floats: [var bound] } ? bound
            : throw call.Node.Refused($"expected one {name}, but it is {tensor}"));
    }

    /// <summary>The larger of a value and a number.</summary>
    internal DynamicValue? Max(NodeCall call) => OfNumber(call) is var (value, bound)
        ? Clipped(call, value, bound, float.PositiveInfinity)
        : null;

    /// <summary>The smaller of a value and a number.</summary>
    internal DynamicValue? Min(NodeCall call) => OfNumber(call) is var (value, bound)
        ? Clipped(call, value, float.NegativeInfinity, bound)
        : null;

    /// <summary>Over the features; a Softmax over time of one feature becomes weights of attention pooling.</summary>
    internal DynamicValue Softmax(NodeCall call, DynamicValue value, Activation activation)
    {
        const int AxisIsOne = 13;
        int rank = value.Axes.Length, last = rank - 1;
        bool isFlat = call.Node.Opset < AxisIsOne;
        int place = call.Axis(call.Node.Int("axis", isFlat ? 1 : -1), rank);
        Flow flow = entry.Of(call.Node, value);

        // The older operator takes all axes from one on together, which is one axis where the others have one element.
        if (isFlat && value.Axes[place..].Any(axis => !axis.IsSingle))
        {
            int[] many = [.. Enumerable.Range(place, rank - place).Where(i => !value.Axes[i].IsSingle)];
            place = many is [var only] ? only : place == last ? last : throw Refused();
        }

        Axis over = value.Axes[place];
        if (place == last && (FeatureAxes.AreLast(value, flow) || (over.Role == OnnxAxis.Feature && FeatureAxes.Are(value, flow, place))))
        {
            return Apply(call, value, activation);
        }

        bool isOverTime = activation == Activation.Softmax && flow is { Size: 1, IsReduced: false }
            && (over.Role == OnnxAxis.Time || value.Axes.All(axis => axis.Role != OnnxAxis.Time)) && over.Bind(OnnxAxis.Time);
        return isOverTime
            ? value with { Source = new FlowSource(algebra.Intermediate(call.Node, flow, IntermediateFunction.SoftmaxOverTime)) }
            : throw Refused();

        Exception Refused() => call.Node.Refused(
            $"expected the softmax over the features, the last axis, but it is of {value} and its axis is {place}");
    }

    private DynamicValue Clipped(NodeCall call, DynamicValue value, float least, float most)
        => (least, most) switch
        {
            (float.NegativeInfinity or float.MinValue, float.PositiveInfinity or float.MaxValue)
                => value with { Source = new FlowSource(entry.Of(call.Node, value)) },
            (0, float.PositiveInfinity or float.MaxValue) => Apply(call, value, Activation.Relu),
            (float.MinValue, _) => Clipped(call, value, float.NegativeInfinity, most),
            (_, float.MaxValue) => Clipped(call, value, least, float.PositiveInfinity),
            _ => Apply(call, value, Made(call, () => Activation.HardTanh(least, most))),
        };

    private static (DynamicValue Value, float Bound)? OfNumber(NodeCall call) => call.Arguments switch
    {
        [DynamicValue value, Constant { Tensor: { Count: 1, Floats: [var bound] } tensor }] when tensor.Rank <= value.Axes.Length
            => (value, bound),
        [Constant { Tensor: { Count: 1, Floats: [var bound] } tensor }, DynamicValue value] when tensor.Rank <= value.Axes.Length
            => (value, bound),
        _ => null,
    };

    /// <summary>An activation whose parameters may be out of their range.</summary>
    private static Activation Made(NodeCall call, Func<Activation> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw call.Node.Refused(
                $"expected parameters that the library has, but {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }
}
