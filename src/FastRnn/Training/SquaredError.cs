using System.Numerics;
using FastRnn.Kernels;

namespace FastRnn.Training;

/// <summary>½‖ŷ − y‖² with ŷ = g₂(o); ∂/∂o = (ŷ − y) ⊙ g₂′.</summary>
internal sealed class SquaredError : LossFunction<float>
{
    internal override bool Accepts(Head? head) => head?.Activation != Activation.Softmax;

    internal override int TargetSize(int outputSize) => outputSize;

    /// <summary>Any value is in range; one that is not finite makes the loss not finite.</summary>
    internal override void Check(ReadOnlySpan<float> targets, int outputSize, string parameter)
    {
    }

    internal override double Evaluate(Span<float> logits, ReadOnlySpan<float> targets, Head? head, float scale)
        => head?.Activation == Activation.Sigmoid
            ? ElementLoss.Sum<Operator<SigmoidActivation>>(logits, targets, scale)
            : ElementLoss.Sum<Operator<IdentityActivation>>(logits, targets, scale);

    private readonly struct Operator<TActivation> : IElementLoss
        where TActivation : struct, IActivation
    {
        public static Vector<float> Invoke(Vector<float> logit, Vector<float> target, out Vector<float> gradient)
        {
            Vector<float> output = TActivation.Invoke(logit);
            Vector<float> error = output - target;
            gradient = TActivation.Invoke(output, error);
            return new Vector<float>(0.5f) * error * error;
        }
    }
}
