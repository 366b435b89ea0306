using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using FastRnn.Kernels;

namespace FastRnn.Training;

/// <summary>−ln softmax(o)[y] = ln Σ exp(oⱼ) − o[y]; ∂/∂o = softmax(o) − the one-hot vector of y.</summary>
internal sealed class CrossEntropy : LossFunction
{
    internal override bool TakesIndices => true;

    internal override bool TakesLogits => true;

    internal override bool Accepts(Activation? activation)
        => activation?.Kind is ActivationKind.Softmax or ActivationKind.LogSoftmax or ActivationKind.Identity;

    internal override void Check(SequenceData targets, int outputSize, int batch, ReadOnlySpan<int> lengths)
        => Guard.Indices(targets.Indices, batch, lengths, outputSize, nameof(targets));

    internal override double Evaluate(Span<float> outputs, ReadOnlySpan<float> targets, float scale)
    {
        double sum = 0;
        ReadOnlySpan<int> indices = MemoryMarshal.Cast<float, int>(targets);
        int classes = outputs.Length / indices.Length;
        for (int row = 0; row < indices.Length; row++)
        {
            Span<float> o = outputs.Slice(row * classes, classes);
            float logit = o[indices[row]];

            // The maximum is taken off the logit first: added to the logarithm, it would round away what is small beside it.
            sum += Softmax.Normalize(o, o, out float max) + ((double)max - logit);
            o[indices[row]] -= 1;
        }

        TensorPrimitives.Multiply(outputs, scale, outputs);
        return sum;
    }
}
