namespace FastRnn.Onnx.Import;

/// <summary>Products of x and a function of x that are an activation: SiLU, GELU in both forms, mish and hard swish, as exporters write
/// them where the operators are too new.</summary>
internal static class GatePattern
{
    private const double HardSwishSlope = 1.0 / 6, CubicTerm = 0.044715;

    /// <summary>What a product is: factor·activation(x), where x is (argument − shift)/multiple; null where it is no such.</summary>
    internal static (Activation Activation, Flow Argument, double Multiple, double Shift, double Factor)? Match(Flow value, Flow gate)
    {
        (double scale, double start, Flow core) = Scaling.Linear(gate);
        if (scale == 0 || core.Inputs.Count != 1)
        {
            return null;
        }

        Flow argument = core.Inputs[0];
        bool isPlain = start == 0, isHalf = Scaling.IsNear(start, scale);
        (Activation Activation, Flow Argument, double Multiple, double Shift, double Scale)? found = core.Operation switch
        {
            ActivationOperation { Activation: { Kind: ActivationKind.Sigmoid } } when isPlain => (Activation.Silu, argument, 1, 0, scale),
            ActivationOperation { Activation: { Kind: ActivationKind.HardSigmoid, Alpha: var alpha, Beta: 0.5f } }
                when isPlain && Scaling.IsNear(alpha, HardSwishSlope) => (Activation.HardSwish, argument, 1, 0, scale),
            ActivationOperation { Activation: { Kind: ActivationKind.HardTanh, Alpha: 0, Beta: 6 } } when isPlain
                => (Activation.HardSwish, argument, 1, 3, 6 * scale),
            ActivationOperation { Activation: { Kind: ActivationKind.Tanh } }
                when isPlain && argument.Operation is ActivationOperation { Activation.Kind: ActivationKind.Softplus }
                => (Activation.Mish, argument.Inputs[0], 1, 0, scale),
            ActivationOperation { Activation: { Kind: ActivationKind.Tanh } } when isHalf && Cubic(argument) is { } x
                => (Activation.GeluTanh, x, 1, 0, 2 * scale),
            IntermediateOperation { Function: IntermediateFunction.Erf } when isHalf
                => (Activation.Gelu, argument, Math.Sqrt(0.5), 0, 2 * scale),
            _ => null,
        };
        return found is { } match && Scaling.Ratio(value, match.Argument, match.Shift) is { } ratio
            ? (match.Activation, match.Argument, match.Multiple, match.Shift, ratio * match.Multiple * match.Scale)
            : null;
    }

    /// <summary>The x of √(2/π)·(x + 0.044715·x³).</summary>
    private static Flow? Cubic(Flow argument)
    {
        bool fits = Raised(argument, depth: 6) is { } x
            && Scaling.Polynomial(argument, x) is [0, var first, 0, var third]
            && Scaling.IsNear(first, Math.Sqrt(2 / Math.PI)) && Scaling.IsNear(third, CubicTerm * first);
        return fits ? Raised(argument, depth: 6) : null;
    }

    /// <summary>What is raised to a power.</summary>
    private static Flow? Raised(Flow flow, int depth)
        => flow.Operation is PowerOperation ? flow.Inputs[0]
            : depth == 0 || flow.Operation is not (MergeOperation or AffineOperation) ? null
            : flow.Inputs.Select(input => Raised(input, depth - 1)).FirstOrDefault(found => found is not null);
}
