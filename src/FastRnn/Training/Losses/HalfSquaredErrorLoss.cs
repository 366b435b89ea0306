using System.Numerics;

namespace FastRnn.Training;

/// <summary>½‖ŷ − y‖² at an output; ∂/∂ŷ = ŷ − y. Summed over the O values of an output, not averaged. For any last layer but one whose
/// activation is a softmax or its logarithm. Targets are values [T, N, O], many-to-one [N, O].</summary>
public sealed record HalfSquaredErrorLoss : LossFunction
{
    internal HalfSquaredErrorLoss()
    {
    }

    /// <inheritdoc/>
    protected internal override double Evaluate(in LossBatch batch, float scale) => ElementSum.Run(default(Operator), batch, scale);

    private readonly struct Operator : IElementLoss
    {
        public Vector<float> Invoke(Vector<float> output, Vector<float> target, out Vector<float> gradient)
        {
            gradient = output - target;
            return new Vector<float>(0.5f) * gradient * gradient;
        }
    }
}
