namespace FastRnn.Onnx.Import;

/// <summary>The product of steps and of weights that are a softmax over time, which a sum over time makes attention pooling of.</summary>
internal static class AttentionPattern
{
    /// <summary>The steps and the scores behind whose softmax they are weighted; null where the product is none.</summary>
    internal static (Flow Steps, Flow Scores)? Match(Flow product)
    {
        if (product is not { Operation: MergeOperation { Merge: Merge.Multiply }, Inputs: [var first, var second] })
        {
            return null;
        }

        return ScoresOf(second) is { } scores ? (first, scores) : ScoresOf(first) is { } others ? (second, others) : null;
    }

    /// <summary>w of the scores w·x of the steps, without what all scores have in common; null where they are none.</summary>
    internal static float[]? Weights(Flow steps, Flow scores)
    {
        (double factor, _, Flow inner) = Scaling.Linear(scores);
        if (inner.Inputs.Count != 1 || inner.Inputs[0] != steps || steps.Size is not { } size)
        {
            return null;
        }

        return inner.Operation switch
        {
            FeatureSumOperation => [.. Enumerable.Repeat((float)factor, size)],
            DenseOperation { Weights: { } weights } when weights.Length == size => [.. weights.Select(weight => (float)(factor * weight))],
            _ => null,
        };
    }

    private static Flow? ScoresOf(Flow flow)
    {
        Flow weights = flow.Operation is BroadcastOperation ? flow.Inputs[0] : flow;
        return weights is
        {
            Operation: IntermediateOperation { Function: IntermediateFunction.SoftmaxOverTime }, Inputs: [{ Size: 1 } scores],
        }
            ? scores
            : null;
    }
}
