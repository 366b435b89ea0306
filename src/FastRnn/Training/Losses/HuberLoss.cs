using System.Numerics;

namespace FastRnn.Training;

/// <summary>
/// e²/2 where |e| ≤ δ, else δ·(|e| − δ/2), e = ŷ − y; ∂/∂ŷ = min(max(e, −δ), δ). The mean is over the O values of an output too. For any
/// last layer but one whose activation is a softmax or its logarithm. Targets are values [T, N, O], many-to-one [N, O]. Source:
/// P. J. Huber, Robust estimation of a location parameter, Annals of Mathematical Statistics 35 (1964).
/// </summary>
public sealed record HuberLoss : MeanElementLoss
{
    internal HuberLoss()
    {
    }

    /// <summary>δ; 1 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0 or not finite.</exception>
    public float Delta
    {
        get;
        init => field = value > 0 && float.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Delta), value, "Expected a finite value above 0.");
    } = 1;

    /// <inheritdoc/>
    protected internal override double Evaluate(in LossBatch batch, float scale) => ElementSum.Run(new Operator(Delta), batch, scale);

    private readonly struct Operator(float delta) : IElementLoss
    {
        public Vector<float> Invoke(Vector<float> output, Vector<float> target, out Vector<float> gradient)
        {
            // |e|·δ − δ²/2 is c·(|e| − c/2) with c the clamped error, as e²/2 is.
            Vector<float> error = output - target, size = Vector.Abs(error);
            Vector<float> clamped = Vector.Min(size, new Vector<float>(delta));
            gradient = Vector.CopySign(clamped, error);
            return clamped * (size - new Vector<float>(0.5f) * clamped);
        }
    }
}
