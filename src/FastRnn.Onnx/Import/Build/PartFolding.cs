using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>Joins layers that stand one behind the other where that loses nothing: a dense layer or a convolution with the scale, the
/// shift, the activation and the selection of features behind it, a dense layer with what stands before it, a normalization with its gain.
/// </summary>
/// <param name="budget">how many values may still be made</param>
internal sealed class PartFolding(ValueBudget budget)
{
    /// <summary>A shift that is large beside what it is added to would lose digits within a sum of products.</summary>
    private const double LargestShift = 8;

    /// <summary>Adds a layer behind others, joined with the last one where that can be.</summary>
    internal void Add(List<LayerPart> layers, LayerPart part)
    {
        while (layers.Count > 0 && Joined(layers[^1], part) is { } joined)
        {
            layers.RemoveAt(layers.Count - 1);
            part = joined;
        }

        if (part is WholePart { Operation: LastStepOperation { EachDirection: false } } last)
        {
            AddLastStep(layers, last);
            return;
        }

        layers.Add(part);
    }

    /// <summary>What goes step by step goes once, behind the last step. Only behind a direction in reverse it matters which step that is.
    /// </summary>
    private static void AddLastStep(List<LayerPart> layers, WholePart last)
    {
        int place = layers.Count;
        while (place > 0 && layers[place - 1] is DensePart or AffinePart or ActivationPart or SelectPart or NormalizationPart)
        {
            place--;
        }

        // Nothing reduces indices: the first layer stays before it.
        place = Math.Max(place, Math.Min(1, layers.Count));
        int inputs = place == layers.Count ? last.InputSize : layers[place].InputSize;
        bool isEither = place > 0 && layers[place - 1] is not (AffinePart or ActivationPart) && !HasReverse(layers[place - 1]);
        layers.Insert(place, last with { InputSize = inputs, Spec = Layer.LastStep() with { EachDirection = isEither } });
    }

    private static bool HasReverse(LayerPart part)
        => part is WholePart { Spec: BidirectionalSpec or ReversedSpec }
            || (part is ParallelPart parallel && parallel.Branches.Any(branch => branch.Any(HasReverse)));

    private LayerPart? Joined(LayerPart first, LayerPart second) => (first, second) switch
    {
        (DensePart { Behind: null } dense, AffinePart affine) => dense with
        {
            Weights = Scaled(dense, dense.Weights, affine),
            Bias = Shifted(dense, dense.Bias, affine),
        },
        (DensePart { Behind: null } dense, ActivationPart activation) => dense with { Behind = activation.Operation },
        (DensePart { Behind: null or { Slopes: null, Activation.Kind: not (ActivationKind.Softmax or ActivationKind.LogSoftmax) } } dense,
            SelectPart select) => Selected(dense, select),
        (SelectPart select, DensePart dense) => Widened(select, dense),
        (AffinePart affine, DensePart dense) when IsSmall(affine) => Preceded(affine, dense),
        (AffinePart affine, AffinePart next) when IsSmall(affine) => Combined(affine, next),
        (TimeDelayPart { Behind: null } delay, AffinePart affine) => delay with
        {
            Weights = Scaled(delay, delay.Weights, affine),
            Bias = delay.Bias is null && Array.TrueForAll(affine.Shift, shift => shift == 0) ? null : Shifted(delay, delay.Bias, affine),
        },
        (TimeDelayPart { Behind: null } delay, ActivationPart activation) => delay with { Behind = activation.Operation },
        (NormalizationPart normal, AffinePart affine)
            when normal.Operation.IsCentered || Array.TrueForAll(affine.Shift, shift => shift == 0) => normal with
            {
                Gain = Each(normal, i => (float)(normal.Gain[i] * affine.ScaleOf(i))),
                Bias = Each(normal, i => (float)(normal.Bias[i] * affine.ScaleOf(i) + affine.ShiftOf(i))),
            },
        (WholePart { Spec: BidirectionalSpec { Merge: Merge.Concatenate } both } layer, ParallelPart parallel)
            when Directions(layer, parallel) => layer with
            {
                Spec = Cell.Bidirectional(both.Inner, parallel.Merge) with { Reverse = both.Reverse },
            },
        _ => null,
    };

    private static bool IsSmall(AffinePart affine) => Array.TrueForAll(affine.Shift, shift => Math.Abs(shift) <= LargestShift);

    /// <summary>Whether branches take one direction each of a bidirectional layer, the forward one first.</summary>
    private static bool Directions(LayerPart layer, ParallelPart parallel)
    {
        int hidden = layer.OutputSize / 2;
        return parallel is { Merge: not Merge.Concatenate, Branches: [[SelectPart forward], [SelectPart backward]] }
            && forward.Columns.AsSpan().SequenceEqual(Enumerable.Range(0, hidden).ToArray())
            && backward.Columns.AsSpan().SequenceEqual(Enumerable.Range(hidden, hidden).ToArray());
    }

    /// <summary>Rows of weights times the scale of their output.</summary>
    private float[] Scaled(LayerPart part, float[] weights, AffinePart affine)
    {
        if (affine.Scale is [1])
        {
            return weights;
        }

        budget.Spend(affine.Node.Label, weights.Length);
        int width = weights.Length / part.OutputSize;
        var scaled = new float[weights.Length];
        for (int i = 0; i < scaled.Length; i++)
        {
            scaled[i] = (float)(weights[i] * affine.ScaleOf(i / width));
        }

        return scaled;
    }

    private float[] Shifted(LayerPart part, float[]? bias, AffinePart affine)
    {
        budget.Spend(affine.Node.Label, part.OutputSize);
        return [.. Enumerable.Range(0, part.OutputSize).Select(i => (float)((bias?[i] ?? 0) * affine.ScaleOf(i) + affine.ShiftOf(i)))];
    }

    private DensePart Selected(DensePart dense, SelectPart select)
    {
        budget.Spend(select.Node.Label, (long)select.Columns.Length * dense.InputSize);
        var weights = new float[select.Columns.Length * dense.InputSize];
        for (int i = 0; i < select.Columns.Length; i++)
        {
            dense.Weights.AsSpan(select.Columns[i] * dense.InputSize, dense.InputSize).CopyTo(weights.AsSpan(i * dense.InputSize));
        }

        return dense with
        {
            Weights = weights,
            Bias = dense.Bias is { } bias ? [.. select.Columns.Select(column => bias[column])] : null,
        };
    }

    /// <summary>Weights of all features, of which some were selected.</summary>
    private DensePart Widened(SelectPart select, DensePart dense)
    {
        budget.Spend(dense.Node.Label, (long)dense.OutputSize * select.InputSize);
        var weights = new float[dense.OutputSize * select.InputSize];
        for (int i = 0; i < dense.Weights.Length; i++)
        {
            weights[i / dense.InputSize * select.InputSize + select.Columns[i % dense.InputSize]] += dense.Weights[i];
        }

        return dense with { InputSize = select.InputSize, Weights = weights };
    }

    /// <summary>W·(scale ⊙ x + shift) + b.</summary>
    private DensePart Preceded(AffinePart affine, DensePart dense)
    {
        budget.Spend(dense.Node.Label, dense.Weights.Length + dense.OutputSize);
        var weights = new float[dense.Weights.Length];
        var bias = new double[dense.OutputSize];
        for (int i = 0; i < weights.Length; i++)
        {
            int output = i / dense.InputSize, input = i % dense.InputSize;
            weights[i] = (float)(dense.Weights[i] * affine.ScaleOf(input));
            bias[output] += dense.Weights[i] * affine.ShiftOf(input);
        }

        return dense with { Weights = weights, Bias = [.. bias.Select((sum, i) => (float)(sum + (dense.Bias?[i] ?? 0)))] };
    }

    private AffinePart Combined(AffinePart first, AffinePart second)
    {
        budget.Spend(second.Node.Label, 2L * first.InputSize);
        return second with
        {
            Scale = [.. Enumerable.Range(0, first.InputSize).Select(i => first.ScaleOf(i) * second.ScaleOf(i))],
            Shift = [.. Enumerable.Range(0, first.InputSize).Select(i => first.ShiftOf(i) * second.ScaleOf(i) + second.ShiftOf(i))],
            IsTrained = first.IsTrained || second.IsTrained,
        };
    }

    private float[] Each(LayerPart part, Func<int, float> value)
    {
        budget.Spend(part.Node.Label, part.InputSize);
        return [.. Enumerable.Range(0, part.InputSize).Select(value)];
    }
}
