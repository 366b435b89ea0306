using FastRnn.Tests.Cells;
using FastRnn.Tests.Reference.Stacks;

namespace FastRnn.Tests.Support;

/// <summary>The product's description of what the reference computes.</summary>
internal static class StackSpecs
{
    internal static RnnSpec ToSpec(this StackCase stack)
    {
        var place = new LayerPlace(stack.Inputs, stack.TakesIndices, IsReduced: false, ReverseColumn: null);
        LayerSpec[] layers = ToLayers(stack.Layers, place);
        int last = RnnSpec.LastStepPlace(layers);
        if (stack.Shape == SequenceShape.ManyToOne && layers.Take(last).Behind(place) is { IsMixed: true, IsReduced: false }
            && !layers.Any(layer => layer.ReducesTime))
        {
            layers = [.. layers[..last], Layer.LastStep() with { EachDirection = false }, .. layers[last..]];
        }

        RnnSpec spec = stack.TakesIndices ? RnnSpec.ForIndices(stack.Inputs, layers) : new RnnSpec(stack.Inputs, layers);
        return spec with { Shape = stack.Shape };
    }

    /// <summary>The network of the first so many layers.</summary>
    internal static RnnSpec First(this RnnSpec spec, int layers)
    {
        LayerSpec[] first = [.. spec.Layers.Take(layers)];
        return spec.TakesIndices ? RnnSpec.ForIndices(spec.InputSize, first) : new RnnSpec(spec.InputSize, first);
    }

    internal static SequenceData ToData(this StackRows rows)
    {
        if (rows.Indices is not null)
        {
            return rows.Indices;
        }

        return rows.Values;
    }

    private static LayerSpec[] ToLayers(IEnumerable<LayerCase> layers, LayerPlace place)
    {
        var specs = new List<LayerSpec>();
        foreach (LayerCase layer in layers)
        {
            specs.Add(ToLayer(layer, place));
            place = specs[^1].Behind(place);
        }

        return [.. specs];
    }

    private static LayerSpec ToLayer(LayerCase layer, LayerPlace place)
        => layer switch
        {
            ParallelCase parallel => Layer.Parallel(
                parallel.Merge, Array.ConvertAll(parallel.Fitted(place.InputSize), branch => ToLayers(branch, place))),

            // Where directions are mixed the reference takes the last row.
            LastStepCase last => Layer.LastStep() with { EachDirection = last.EachDirection && !place.IsMixed },
            ActivationCase alone => Layer.Activation(alone.Activation),
            AffineCase => Layer.Affine(),
            NormalizationCase { Centers: true } normalization => Layer.LayerNormalization(normalization.Epsilon),
            NormalizationCase normalization => Layer.RmsNormalization(normalization.Epsilon),
            PoolingCase { Function: Pooling.Max } => Layer.MaxPooling(),
            PoolingCase { Function: Pooling.Sum } => Layer.SumPooling(),
            PoolingCase => Layer.MeanPooling(),
            AttentionPoolingCase => Layer.AttentionPooling(),
            AttentionCase attention => Layer.Attention(attention.MemorySize, attention.Score, attention.Hidden),
            CellCase cell => ToCell(cell),
            BidirectionalCase both => Cell.Bidirectional(ToCell(both.Cell), both.Merge) with { Reverse = ToCell(both.Reverse) },
            ReversedCase reversed => Cell.Reversed(ToCell(reversed.Cell)),
            DenseCase dense => Layer.Dense(dense.Size, dense.Activation),
            TimeDelayCase delay => Layer.TimeDelay(delay.Size, delay.Width, delay.Dilation, delay.Activation) with
            {
                LookAhead = delay.LookAhead,
                Groups = delay.Groups(place.InputSize),
                HasBias = delay.HasBias,
            },
            EmbeddingCase embedding => Layer.Embedding(embedding.Size),
            DropoutCase dropout => Layer.Dropout(dropout.Rate),
            _ => throw new ArgumentException($"Expected a layer of the product, but got {layer}.", nameof(layer)),
        };

    private static CellSpec ToCell(CellCase cell)
        => cell switch
        {
            ElmanCase elman => Cell.Elman(elman.Hidden, elman.Activation) with { Clip = elman.Clip },
            JordanCase jordan => Cell.Jordan(jordan.Hidden, jordan.Size, jordan.Activation, jordan.OutputActivation),
            LstmCase lstm => Cell.Lstm(lstm.Hidden, lstm.Peepholes) with
            {
                GateActivation = lstm.GateActivation,
                CandidateActivation = lstm.CandidateActivation,
                OutputActivation = lstm.OutputActivation,
                Clip = lstm.Clip,
                CoupledGates = lstm.CoupledGates,
            },
            GruCase gru => Cell.Gru(gru.Hidden, gru.ResetAfter) with
            {
                GateActivation = gru.GateActivation,
                CandidateActivation = gru.CandidateActivation,
                Clip = gru.Clip,
            },
            DecayingMemoryCase memory => Cell.Custom<DecayingMemoryCell>(memory.Hidden),
            _ => throw new ArgumentException($"Expected a cell of the product, but got {cell}.", nameof(cell)),
        };
}
