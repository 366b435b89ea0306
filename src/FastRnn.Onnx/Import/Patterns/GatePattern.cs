namespace FastRnn.Onnx.Import;

/// <summary>Products of x and a function of x that are an activation: SiLU, GELU in both forms, mish and hard swish, as exporters write
/// them where the operators are too new.</summary>
internal static class GatePattern
{
    private const double HardSwishSlope = 1.0 / 6, CubicTerm = 0.044715;

    /// <summary>The activation, its x, and what it is multiplied by; null where the product is none.</summary>
    internal static (Activation Activation, Flow X, double Factor)? Match(Flow value, Flow gate)
    {
        (double scale, double shift, Flow core) = Scaling.Linear(gate);
        if (scale == 0 || core.Inputs.Count != 1)
        {
            return null;
        }

        Flow argument = core.Inputs[0];
        bool isPlain = shift == 0, isHalf = Scaling.IsNear(shift, scale);
        (Activation Activation, (Flow X, double Factor)? Common, double Scale)? found = core.Operation switch
        {
            ActivationOperation { Activation: { Kind: ActivationKind.Sigmoid } } when isPlain
                => (Activation.Silu, Scaling.Common(value, argument, 1), scale),
            ActivationOperation { Activation: { Kind: ActivationKind.HardSigmoid, Alpha: var alpha, Beta: 0.5f } }
                when isPlain && Scaling.IsNear(alpha, HardSwishSlope)
                => (Activation.HardSwish, Scaling.Common(value, argument, 1), scale),
            ActivationOperation { Activation: { Kind: ActivationKind.HardTanh, Alpha: 0, Beta: 6 } }
                when isPlain && Scaling.Linear(argument) is (1, 3, var x) => (Activation.HardSwish, Scaling.Common(value, x, 1), 6 * scale),
            ActivationOperation { Activation: { Kind: ActivationKind.Tanh } }
                when isPlain && argument.Operation is ActivationOperation { Activation.Kind: ActivationKind.Softplus }
                => (Activation.Mish, Scaling.Common(value, argument.Inputs[0], 1), scale),
            ActivationOperation { Activation: { Kind: ActivationKind.Tanh } } when isHalf
                => (Activation.GeluTanh, Cubic(value, argument), 2 * scale),
            IntermediateOperation { Function: IntermediateFunction.Erf } when isHalf
                => (Activation.Gelu, Scaling.Common(value, argument, Math.Sqrt(0.5)), 2 * scale),
            _ => null,
        };
        return found is { Common: { } common } match ? (match.Activation, common.X, common.Factor * match.Scale) : null;
    }

    /// <summary>The x of √(2/π)·(x + 0.044715·x³), of which the value is a multiple.</summary>
    private static (Flow X, double Factor)? Cubic(Flow value, Flow argument)
    {
        (double factor, Flow inner) = Scaling.Unscaled(value);
        foreach ((Flow x, double multiple) in ((Flow, double)[])[(value, 1), (inner, factor)])
        {
            bool fits = Scaling.Polynomial(argument, x) is [0, var first, 0, var third]
                && Scaling.IsNear(first, Math.Sqrt(2 / Math.PI)) && Scaling.IsNear(third, CubicTerm * first);
            if (fits)
            {
                return (x, multiple);
            }
        }

        return null;
    }
}
