namespace FastRnn.Onnx.Import;

/// <summary>Products that normalize the features of a step: x times the reciprocal root of the mean of x² + ε, which is a layer
/// normalization if x is a difference from the mean.</summary>
internal static class NormalizationPattern
{
    /// <summary>The normalization, its x, and the scale behind it; null where the product is none.</summary>
    internal static (NormalizationOperation Operation, Flow X, double[] Scale)? Match(Flow value, Flow factor)
    {
        (double[] scale, Flow reciprocal)
            = factor.Operation is AffineOperation affine && Array.TrueForAll(affine.Shift, shift => shift == 0)
            ? (affine.Scale, factor.Inputs[0])
            : ([1], factor);
        reciprocal = Repeated(reciprocal);
        (double inner, Flow root) = Scaling.Unscaled(reciprocal);
        if (value.Size is not { } size || Input(root, IntermediateFunction.Reciprocal) is not { } denominator
            || Input(denominator, IntermediateFunction.Sqrt) is not { } sum
            || sum.Operation is not AffineOperation { Scale: [var share], Shift: [var epsilon] } || !Scaling.IsNear(share * size, 1)
            || !((float)epsilon > 0 && double.IsFinite(epsilon))
            || sum.Inputs[0] is not { Operation: FeatureSumOperation } squares
            || squares.Inputs[0] is not { Operation: PowerOperation { Exponent: 2 } } square || square.Inputs[0] != value)
        {
            return null;
        }

        Flow? uncentered = Uncentered(value, size);
        return (new NormalizationOperation((float)epsilon, uncentered is not null), uncentered ?? value, [.. scale.Select(x => x * inner)]);
    }

    /// <summary>The x of which a flow is the difference from its mean; null where it is none.</summary>
    private static Flow? Uncentered(Flow flow, int size)
    {
        if (flow is not { Operation: MergeOperation { Merge: Merge.Sum }, Inputs: [var first, var second] })
        {
            return null;
        }

        return IsMean(second, first) ? first : IsMean(first, second) ? second : null;

        bool IsMean(Flow mean, Flow of)
            => Repeated(mean) is var single && Scaling.Unscaled(single) is (var factor, { Operation: FeatureSumOperation } sum)
                && Scaling.IsNear(factor, -1.0 / size) && sum.Inputs[0] == of;
    }

    private static Flow Repeated(Flow flow) => flow.Operation is BroadcastOperation ? flow.Inputs[0] : flow;

    private static Flow? Input(Flow flow, IntermediateFunction function)
        => flow.Operation is IntermediateOperation intermediate && intermediate.Function == function ? flow.Inputs[0] : null;
}
