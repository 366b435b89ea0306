
namespace FastRnn.Training;

/// <summary>The outputs of one layer over a batch: how many are at the ends of the activation, and which units are always 0.</summary>
internal static class UnitActivity
{
    /// <summary>How near to its end an activation is flat.</summary>
    private const float End = 0.01f;

    /// <param name="model">the network</param>
    /// <param name="layer">which layer</param>
    /// <param name="inputs">[T, N, I], or indices [T, N]</param>
    /// <param name="shape">T, N and the lengths</param>
    /// <returns>the share of saturated outputs and of dead units; null where there is no such activation</returns>
    internal static (double? Saturated, double? Dead) Of(RnnModel model, int layer, SequenceData inputs, BatchShape shape)
    {
        (float Low, float High)? ends = EndsOf(model.Spec.Layers[layer]);
        bool isRelu = KindOf(model.Spec.Layers[layer]) is ActivationKind.Relu;
        if (ends is null && !isRelu)
        {
            return (null, null);
        }

        RnnSpec below = model.Spec.Below(layer + 1);
        RnnModel part = RnnModel.FromParameters(below, model.Parameters[..(int)below.ParameterCount]);
        int size = part.Spec.OutputSize;
        float[] outputs = new float[part.Spec.OutputSteps(shape.Steps) * shape.Sequences * size];
        part.Run(inputs, outputs, shape);
        long count = 0, saturated = 0;
        bool[] lives = new bool[size];
        for (int i = 0; i < outputs.Length; i++)
        {
            int row = i / size;
            if (!part.Spec.HasOneOutput && !shape.Lengths.IsEmpty && row / shape.Sequences >= shape.Lengths[row % shape.Sequences])
            {
                continue;
            }

            count++;
            lives[i % size] |= outputs[i] != 0;
            saturated += ends is { } both && (outputs[i] < both.Low + End || outputs[i] > both.High - End) ? 1 : 0;
        }

        return (
            ends is null ? null : (double)saturated / count,
            isRelu ? lives.Count(isAlive => !isAlive) / (double)size : null);
    }

    private static ActivationKind? KindOf(LayerSpec layer) => layer switch
    {
        ElmanSpec elman => elman.Activation.Kind,
        GruSpec { CandidateActivation.Kind: ActivationKind.Tanh } => ActivationKind.Tanh,
        LstmSpec { OutputActivation.Kind: ActivationKind.Tanh } => ActivationKind.Tanh,
        BidirectionalSpec { Merge: Merge.Concatenate } both => KindOf(both.Inner),
        ReversedSpec reversed => KindOf(reversed.Inner),
        DenseSpec dense => dense.Activation.Kind,
        TimeDelaySpec delay => delay.Activation.Kind,
        ActivationSpec alone => alone.Activation.Kind,
        _ => null,
    };

    private static (float Low, float High)? EndsOf(LayerSpec layer) => KindOf(layer) switch
    {
        ActivationKind.Tanh => (-1, 1),
        ActivationKind.Sigmoid => (0, 1),
        _ => null,
    };
}
