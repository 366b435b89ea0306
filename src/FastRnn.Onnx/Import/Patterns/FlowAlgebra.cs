using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>Makes flows: what several operators write together becomes one operation as soon as the last of them comes.</summary>
/// <param name="flows">receives them</param>
/// <param name="budget">how many values may still be made</param>
internal sealed class FlowAlgebra(FlowGraph flows, ValueBudget budget)
{
    /// <summary>A shift before a scale is joined with one behind it as long as rounding loses nothing: less than this.</summary>
    private const double LargestShift = 8;

    internal Flow Activate(NodeReader node, Flow x, Activation activation, float[]? slopes = null)
    {
        // A clip of a multiple from 0 to 1 is a hard sigmoid.
        if (activation is { Kind: ActivationKind.HardTanh, Alpha: 0, Beta: 1 } && x.Operation is AffineOperation
            && Scaling.Linear(x) is var (scale, shift, inner) && inner != x && float.IsFinite((float)scale) && float.IsFinite((float)shift))
        {
            return Activate(node, inner, Activation.HardSigmoid((float)scale, (float)shift));
        }

        return activation == Activation.Identity ? x : flows.Add(node, new ActivationOperation(activation, slopes), null, x);
    }

    internal Flow Apply(NodeReader node, FlowOperation operation, Flow x, int? size = null) => flows.Add(node, operation, size, x);

    internal Flow Affine(NodeReader node, Flow x, double[] scale, double[] shift)
    {
        budget.Spend(node.Label, scale.Length + shift.Length);
        if (Array.TrueForAll(scale, value => (float)value == 1) && Array.TrueForAll(shift, value => value == 0))
        {
            return x;
        }

        if (x.Operation is AffineOperation before
            && (Array.TrueForAll(before.Shift, value => value == 0)
                || Combined(scale, before.Shift, (a, b) => Math.Abs(a * b)).All(value => value <= LargestShift)))
        {
            return Affine(
                node, x.Inputs[0], Combined(scale, before.Scale, (a, b) => a * b),
                Combined(Combined(scale, before.Shift, (a, b) => a * b), shift, (a, b) => a + b));
        }

        // A clip from 0 on whose bound becomes 1 is a hard sigmoid.
        if (x.Operation is ActivationOperation { Activation: { Kind: ActivationKind.HardTanh, Alpha: 0, Beta: var most } }
            && scale is [var factor] && Array.TrueForAll(shift, value => value == 0) && Scaling.IsNear(factor * most, 1)
            && Scaling.Linear(x.Inputs[0]) is var (slope, start, inner)
            && float.IsFinite((float)(slope * factor)) && float.IsFinite((float)(start * factor)))
        {
            return Activate(node, inner, Activation.HardSigmoid((float)(slope * factor), (float)(start * factor)));
        }

        return flows.Add(node, new AffineOperation(scale, shift), null, x);
    }

    internal Flow Scale(NodeReader node, Flow x, double factor) => Affine(node, x, [factor], [0]);

    internal Flow Power(NodeReader node, Flow x, int exponent) => flows.Add(node, new PowerOperation(exponent), null, x);

    internal Flow Intermediate(NodeReader node, Flow x, IntermediateFunction function)
        => flows.Add(node, new IntermediateOperation(function), null, x);

    /// <summary>The sum of the features of each step.</summary>
    internal Flow FeatureSum(NodeReader node, Flow x) => flows.Add(node, new FeatureSumOperation(), 1, x);

    internal Flow Sum(NodeReader node, Flow first, Flow second) => Merged(node, Merge.Sum, Meeting(node, first, second));

    internal Flow Multiply(NodeReader node, Flow first, Flow second)
    {
        foreach ((Flow value, Flow gate) in ((Flow, Flow)[])[(first, second), (second, first)])
        {
            if (GatePattern.Match(value, gate) is { } match)
            {
                Flow x = Affine(node, match.Argument, [1 / match.Multiple], [-match.Shift / match.Multiple]);
                return Scale(node, Activate(node, x, match.Activation), match.Factor);
            }

            if (NormalizationPattern.Match(value, gate) is var (normalization, input, scale))
            {
                return Affine(node, flows.Add(node, normalization, null, input), scale, [0]);
            }

            if (gate.Operation is PowerOperation { Exponent: 2 } && gate.Inputs[0] == value)
            {
                return Power(node, value, 3);
            }
        }

        return first == second ? Power(node, first, 2) : Merged(node, Merge.Multiply, Meeting(node, first, second));
    }

    /// <summary>The mean of several.</summary>
    internal Flow Average(NodeReader node, Flow[] parts) => Merged(node, Merge.Average, parts);

    /// <summary>Features side by side.</summary>
    internal Flow Concat(NodeReader node, Flow[] parts)
    {
        var joined = new List<Flow>();
        foreach (Flow part in parts)
        {
            // Neighbouring parts of the same features are one.
            if (joined.Count > 0 && Columns(node, joined[^1]) is var (before, left) && Columns(node, part) is var (next, right)
                && before == next && (joined[^1] != before || part != next))
            {
                joined[^1] = Select(node, before, [.. left, .. right]);
            }
            else
            {
                joined.Add(part);
            }
        }

        return joined is [var single] ? single : Merged(node, Merge.Concatenate, [.. joined]);
    }

    /// <summary>Some of the features.</summary>
    internal Flow Select(NodeReader node, Flow x, int[] columns)
    {
        budget.Spend(node.Label, columns.Length);
        if (x.Operation is SelectOperation before)
        {
            return Select(node, x.Inputs[0], [.. columns.Select(column => before.Columns[column])]);
        }

        if (Ended(node, x, columns) is { } ended)
        {
            return Select(node, ended, columns);
        }

        return columns.Length == x.Size && columns.Index().All(column => column.Index == column.Item)
            ? x
            : flows.Add(node, new SelectOperation(columns), columns.Length, x);
    }

    /// <summary>The outputs of both directions when each has ended, if these columns of a last or first step are of the direction that ends
    /// there; null otherwise.</summary>
    private Flow? Ended(NodeReader node, Flow x, int[] columns)
    {
        if (x.Inputs.Count != 1 || x.Inputs[0].Operation is not RecurrentOperation { Node: { Directions: 2 } both })
        {
            return null;
        }

        bool ends = x.Operation switch
        {
            LastStepOperation { EachDirection: false } => Array.TrueForAll(columns, column => column < both.ForwardSize),
            FirstStepOperation => Array.TrueForAll(columns, column => column >= both.ForwardSize),
            _ => false,
        };
        return ends ? Finished(node, x.Inputs[0], isPlace: true) : null;
    }

    /// <summary>One feature, as often as there are others.</summary>
    internal Flow Broadcast(NodeReader node, Flow x, int size)
        => size == 1 ? x : flows.Add(node, new BroadcastOperation(size), size, x);

    /// <summary>The mean, maximum or sum over all steps; the sum of weighted ones is attention pooling.</summary>
    internal Flow Pool(NodeReader node, Flow x, Pooling function)
        => function == Pooling.Sum && AttentionPattern.Match(x) is var (steps, scores)
            ? Attention(node, steps, scores)
            : flows.Add(node, new PoolingOperation(function), null, x);

    /// <summary>Weights the steps by a softmax of the scores. Scores that are no product of the steps stand beside them.</summary>
    internal Flow Attention(NodeReader node, Flow steps, Flow scores)
    {
        if (steps.Size is not { } size)
        {
            throw node.Refused("expected weighted steps of a known number of features, but it is unknown");
        }

        budget.Spend(node.Label, size + 1L);
        if (AttentionPattern.Weights(steps, scores) is { } weights)
        {
            return flows.Add(node, new AttentionPoolingOperation(weights), null, steps);
        }

        var last = new float[size + 1];
        last[size] = 1;
        Flow both = Merged(node, Merge.Concatenate, [steps, scores]);
        return Select(node, flows.Add(node, new AttentionPoolingOperation(last), null, both), [.. Enumerable.Range(0, size)]);
    }

    /// <summary>The last step. Where a direction that runs in reverse is there alone, its last step is the first.</summary>
    internal Flow LastStep(NodeReader node, Flow x, bool isPlace)
    {
        RecurrentNode? recurrent = (x.Operation as RecurrentOperation)?.Node;
        if (x.Operation is SelectOperation select && x.Inputs[0].Operation is RecurrentOperation { Node: { Directions: 2 } both }
            && Array.TrueForAll(select.Columns, column => column < both.ForwardSize))
        {
            return Select(node, Finished(node, x.Inputs[0], isPlace), select.Columns);
        }

        bool isForward = recurrent is not null && recurrent.Directions == 1 && !recurrent.IsReverse(0);
        return isForward ? Finished(node, x, isPlace) : flows.Add(node, new LastStepOperation(EachDirection: false, isPlace), null, x);
    }

    /// <summary>The first step, at which a direction that runs in reverse ends; null where there are other features.</summary>
    internal Flow? FirstStep(NodeReader node, Flow x)
    {
        var behind = new Stack<Flow>();
        while (x.Operation is not RecurrentOperation)
        {
            if (!x.Operation.IsStepwise || x.Inputs.Count != 1)
            {
                return null;
            }

            behind.Push(x);
            x = x.Inputs[0];
        }

        // Of both directions only columns of the reverse one may be used.
        RecurrentNode layer = ((RecurrentOperation)x.Operation).Node;
        Flow? user = behind.FirstOrDefault(flow => flow.Operation is not (AffineOperation
            or ActivationOperation { Activation.Kind: not (ActivationKind.Softmax or ActivationKind.LogSoftmax) }));
        bool isReverse = layer.Directions == 1
            ? layer.IsReverse(0)
            : user?.Operation is SelectOperation select && Array.TrueForAll(select.Columns, column => column >= layer.ForwardSize);
        if (!isReverse)
        {
            // Columns may be selected later.
            return behind.Count == 0 && layer.Directions == 2 ? flows.Add(node, new FirstStepOperation(), null, x) : null;
        }

        x = Finished(node, x, isPlace: layer.Directions == 2);
        foreach (Flow step in behind)
        {
            x = flows.Add(step.Node, step.Operation, step.Size, x);
        }

        return x;
    }

    /// <summary>The outputs of a recurrent layer when each of its directions has ended.</summary>
    internal Flow Finished(NodeReader node, Flow recurrent, bool isPlace)
        => flows.Add(node, new LastStepOperation(EachDirection: true, isPlace), null, recurrent);

    /// <summary>Two flows with one number of features.</summary>
    private Flow[] Meeting(NodeReader node, Flow first, Flow second)
    {
        (int? one, int? other) = (first.Size, second.Size);
        if (one != other && one is { } left && other is { } right && (left == 1 || right == 1))
        {
            return left == 1 ? [Broadcast(node, first, right), second] : [first, Broadcast(node, second, left)];
        }

        return [first, second];
    }

    private Flow Merged(NodeReader node, Merge merge, Flow[] parts)
    {
        bool isConcat = merge == Merge.Concatenate;
        int? size = isConcat ? 0 : parts.Select(part => part.Size).FirstOrDefault(known => known is not null);
        foreach (Flow part in parts)
        {
            if (part.IsReduced != parts[0].IsReduced)
            {
                throw node.Refused("expected steps to meet steps, or rows of whole sequences such rows, but one of each meet");
            }

            if (!isConcat && size is { } common && !part.HasSize(common))
            {
                throw node.Refused($"expected as many features in each of what meets, {common}, but one has {part.Size}");
            }

            size = isConcat ? size + part.Size : size;
        }

        if (isConcat && size is null)
        {
            throw node.Refused("expected known numbers of features where values meet, but one is unknown");
        }

        budget.Spend(node.Label, parts.Length);
        return flows.Add(node, new MergeOperation(merge), size, parts);
    }

    /// <summary>A flow as columns of another.</summary>
    private (Flow Of, int[] Columns)? Columns(NodeReader node, Flow flow)
    {
        if (flow.Operation is SelectOperation select)
        {
            return (flow.Inputs[0], select.Columns);
        }

        budget.Spend(node.Label, flow.Size ?? 0);
        return (flow, [.. Enumerable.Range(0, flow.Size ?? 0)]);
    }

    /// <summary>Numbers for all features or for each, one by one.</summary>
    private static double[] Combined(double[] first, double[] second, Func<double, double, double> combine)
    {
        int count = Math.Max(first.Length, second.Length);
        return [.. Enumerable.Range(0, count).Select(i => combine(first[first.Length == 1 ? 0 : i], second[second.Length == 1 ? 0 : i]))];
    }
}
