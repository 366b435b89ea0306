using System.Numerics;
using FastRnn.Kernels;

namespace FastRnn.Training;

/// <summary>
/// −y·ln σ(o) − (1 − y)·ln(1 − σ(o)) = max(o, 0) − o·y + ln(1 + e^−|o|), which neither overflows nor takes the logarithm of 0;
/// ∂/∂o = σ(o) − y.
/// </summary>
internal sealed class BinaryCrossEntropy : LossFunction<float>
{
    internal override bool Accepts(Head? head) => head?.Activation is Activation.Sigmoid or Activation.Identity;

    internal override int TargetSize(int outputSize) => outputSize;

    internal override void Check(ReadOnlySpan<float> targets, int outputSize, string parameter)
    {
        for (int i = 0; i < targets.Length; i++)
        {
            if (!(targets[i] is >= 0 and <= 1))
            {
                throw new ArgumentOutOfRangeException(
                    parameter, targets[i], $"Expected probabilities from 0 to 1, but {parameter}[{i}] is {targets[i]}.");
            }
        }
    }

    internal override double Evaluate(Span<float> logits, ReadOnlySpan<float> targets, Head? head, float scale)
        => ElementLoss.Sum<Operator>(logits, targets, scale);

    private readonly struct Operator : IElementLoss
    {
        public static Vector<float> Invoke(Vector<float> logit, Vector<float> target, out Vector<float> gradient)
        {
            gradient = VectorMath.Sigmoid(logit) - target;
            Vector<float> softplus = Vector.Log(Vector<float>.One + VectorMath.Exp(-Vector.Abs(logit)));
            return ReluActivation.Invoke(logit) - logit * target + softplus;
        }
    }
}
