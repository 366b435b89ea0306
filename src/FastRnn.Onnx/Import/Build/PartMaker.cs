using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>Makes the layer of one flow.</summary>
/// <param name="budget">how many values may still be made</param>
internal sealed class PartMaker(ValueBudget budget)
{
    /// <summary>The number of features, which has to be known by now.</summary>
    internal static int SizeOf(Flow flow)
        => flow.Size ?? throw flow.Node.Refused("expected features of known number, but nothing in the file says how many there are");

    internal LayerPart Make(Flow flow)
    {
        NodeReader node = flow.Node;
        int inputs = SizeOf(flow.Inputs[0]), outputs = SizeOf(flow);
        switch (flow.Operation)
        {
            case DenseOperation dense:
                Spend(dense.Weights.Length + outputs);
                return new DensePart(node, inputs, dense.Weights, null, null);
            case FeatureSumOperation or BroadcastOperation:
                Spend(inputs + outputs);
                return new DensePart(node, inputs, [.. Enumerable.Repeat(1f, inputs * outputs)], null, null);
            case SelectOperation select:
                Spend(select.Columns.Length);
                return new SelectPart(node, inputs, select.Columns);
            case AffineOperation affine:
                Spend(2L * inputs);
                return new AffinePart(node, inputs, affine.Scale, affine.Shift);
            case ActivationOperation activation:
                return new ActivationPart(node, inputs, activation);
            case NormalizationOperation normal:
                Spend(2L * inputs);
                return new NormalizationPart(node, inputs, normal, [.. Enumerable.Repeat(1f, inputs)], new float[inputs]);
            case EmbeddingOperation embedding:
                Spend(embedding.Table.Length);
                return Whole(Layer.Embedding(embedding.Size), embedding.Table.CopyTo);
            case RecurrentOperation recurrent:
                LayerSpec spec = recurrent.Layer;
                Spend(spec.GetParameters(inputs).Sum(shape => shape.Length));
                return Whole(spec, recurrent.Fill);
            case TimeDelayOperation delay:
                Spend(delay.Weights.Length + outputs);
                return new TimeDelayPart(node, delay, delay.Weights, delay.Bias, null);
            case LastStepOperation last:
                return Whole(Layer.LastStep() with { EachDirection = last.EachDirection }, _ => { });
            case PoolingOperation { Function: var function }:
                return Whole(
                    function switch { Pooling.Mean => Layer.MeanPooling(), Pooling.Max => Layer.MaxPooling(), _ => Layer.SumPooling() },
                    _ => { });
            case AttentionPoolingOperation attention:
                Spend(inputs);
                return Whole(Layer.AttentionPooling(), attention.Weights.CopyTo);
            default:
                throw node.Refused(
                    "expected operators that make up layers of a recurrent network, such as a normalization or an activation together, but "
                    + "this one is part of none here");
        }

        void Spend(long count) => budget.Spend(node.Label, count);

        WholePart Whole(LayerSpec spec, Action<Span<float>> fill) => new(node, inputs, spec, fill, flow.Operation);
    }
}
