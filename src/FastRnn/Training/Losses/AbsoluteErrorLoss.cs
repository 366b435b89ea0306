using System.Numerics;

namespace FastRnn.Training;

/// <summary>|ŷ − y|; ∂/∂ŷ = sgn(ŷ − y), 0 where both are equal. The mean is over the O values of an output too: the mean absolute error.
/// For any last layer but one whose activation is a softmax or its logarithm. Targets are values [T, N, O], many-to-one [N, O].</summary>
public sealed record AbsoluteErrorLoss : MeanElementLoss
{
    internal AbsoluteErrorLoss()
    {
    }

    /// <inheritdoc/>
    protected internal override double Evaluate(in LossBatch batch, float scale) => ElementSum.Run(default(Operator), batch, scale);

    private readonly struct Operator : IElementLoss
    {
        public Vector<float> Invoke(Vector<float> output, Vector<float> target, out Vector<float> gradient)
        {
            Vector<float> error = output - target;
            gradient = Vector.ConditionalSelect(
                Vector.Equals(error, Vector<float>.Zero), error, Vector.CopySign(Vector<float>.One, error));
            return Vector.Abs(error);
        }
    }
}
