using System.Numerics;

namespace FastRnn.Training;

/// <summary>½‖ŷ − y‖²; ∂/∂ŷ = ŷ − y.</summary>
internal sealed class HalfSquaredError : LossFunction
{
    internal override bool TakesIndices => false;

    internal override bool TakesLogits => false;

    internal override bool Accepts(Activation? activation) => activation != Activation.Softmax;

    internal override int TargetSize(int outputSize) => outputSize;

    /// <summary>Any value is in range; one that is not finite makes the loss not finite.</summary>
    internal override void Check(SequenceData targets, int outputSize, int batch, ReadOnlySpan<int> lengths)
    {
    }

    internal override double Evaluate(Span<float> outputs, ReadOnlySpan<float> targets, float scale)
        => ElementLoss.Sum<Operator>(outputs, targets, scale);

    private readonly struct Operator : IElementLoss
    {
        public static Vector<float> Invoke(Vector<float> output, Vector<float> target, out Vector<float> gradient)
        {
            gradient = output - target;
            return new Vector<float>(0.5f) * gradient * gradient;
        }
    }
}
