using System.Numerics;

namespace FastRnn.Training;

/// <summary>(ŷ − y)²; ∂/∂ŷ = 2·(ŷ − y). The mean is over the O values of an output too: the mean squared error. For any last layer but one
/// whose activation is a softmax or its logarithm. Targets are values [T, N, O], many-to-one [N, O].</summary>
public sealed record SquaredErrorLoss : MeanElementLoss
{
    internal SquaredErrorLoss()
    {
    }

    /// <inheritdoc/>
    protected internal override double Evaluate(in LossBatch batch, float scale) => ElementSum.Run(default(Operator), batch, scale);

    private readonly struct Operator : IElementLoss
    {
        public Vector<float> Invoke(Vector<float> output, Vector<float> target, out Vector<float> gradient)
        {
            Vector<float> error = output - target;
            gradient = error + error;
            return error * error;
        }
    }
}
