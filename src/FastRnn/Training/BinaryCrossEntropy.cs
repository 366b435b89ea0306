using System.Numerics;
using FastRnn.Kernels;

namespace FastRnn.Training;

/// <summary>
/// −y·ln σ(o) − (1 − y)·ln(1 − σ(o)) = max(o, 0) − o·y + ln(1 + e^−|o|), which neither overflows nor takes the logarithm of 0;
/// ∂/∂o = σ(o) − y.
/// </summary>
internal sealed class BinaryCrossEntropy : ElementLoss<BinaryCrossEntropy.Operator>
{
    internal override bool TakesLogits => true;

    internal override bool Accepts(Activation? activation) => activation?.Kind is ActivationKind.Sigmoid or ActivationKind.Identity;

    internal override void Check(SequenceData targets, int outputSize, int batch, ReadOnlySpan<int> lengths)
    {
        ReadOnlySpan<float> values = targets.Values;
        for (int i = 0; i < values.Length; i++)
        {
            int row = i / outputSize;
            if (!(values[i] is >= 0 and <= 1) && (lengths.IsEmpty || row / batch < lengths[row % batch]))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(targets), values[i], $"Expected probabilities from 0 to 1, but {nameof(targets)}[{i}] is {values[i]}.");
            }
        }
    }

    internal readonly struct Operator : IElementLoss
    {
        public static Vector<float> Invoke(Vector<float> logit, Vector<float> target, out Vector<float> gradient)
        {
            gradient = VectorMath.Sigmoid(new PortableVector(logit)).Value - target;
            Vector<float> softplus = Vector.Log(Vector<float>.One + VectorMath.Exp(new PortableVector(-Vector.Abs(logit))).Value);
            return default(ReluActivation).Apply(new PortableVector(logit)).Value - logit * target + softplus;
        }
    }
}
