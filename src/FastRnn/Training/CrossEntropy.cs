using System.Numerics.Tensors;
using FastRnn.Kernels;

namespace FastRnn.Training;

/// <summary>−ln softmax(o)[y] = ln Σ exp(oⱼ) − o[y]; ∂/∂o = softmax(o) − the one-hot vector of y.</summary>
internal sealed class CrossEntropy : LossFunction<int>
{
    internal override bool Accepts(Head? head) => head?.Activation is Activation.Softmax or Activation.Identity;

    internal override int TargetSize(int outputSize) => 1;

    internal override void Check(ReadOnlySpan<int> targets, int outputSize, string parameter)
    {
        for (int i = 0; i < targets.Length; i++)
        {
            if ((uint)targets[i] >= (uint)outputSize)
            {
                throw new ArgumentOutOfRangeException(
                    parameter, targets[i], $"Expected class indices from 0 to {outputSize - 1}, but {parameter}[{i}] is {targets[i]}.");
            }
        }
    }

    internal override double Evaluate(Span<float> logits, ReadOnlySpan<int> targets, Head? head, float scale)
    {
        double sum = 0;
        int classes = logits.Length / targets.Length;
        for (int row = 0; row < targets.Length; row++)
        {
            Span<float> o = logits.Slice(row * classes, classes);
            float logit = o[targets[row]];

            // The maximum is taken off the logit first: added to the logarithm, it would round away what is small beside it.
            sum += Softmax.Normalize(o, o, out float max) + ((double)max - logit);
            o[targets[row]] -= 1;
        }

        TensorPrimitives.Multiply(logits, scale, logits);
        return sum;
    }
}
