using System.Numerics;
using FastRnn.Kernels;

namespace FastRnn.Training;

/// <summary>
/// −p·y·ln σ(o) − (1 − y)·ln(1 − σ(o)) with p the <see cref="PositiveWeight"/>, computed from the logits o as
/// (1 − y)·o + (1 + (p − 1)·y)·ln(1 + e⁻ᵒ), which neither overflows nor takes the logarithm of 0;
/// ∂/∂o = (1 − y) − (1 + (p − 1)·y)·(1 − σ(o)). The mean is over the O values of an output too. For a last layer whose activation is
/// <see cref="Activation.Sigmoid"/> or <see cref="Activation.Identity"/>. Targets are probabilities [T, N, O], many-to-one [N, O], from 0
/// to 1.
/// </summary>
public sealed record BinaryCrossEntropyLoss : MeanElementLoss
{
    internal BinaryCrossEntropyLoss()
    {
    }

    /// <summary>p, how much a target of 1 counts beside one of 0; 1 unless set. Above 1 it raises recall where ones are rare.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0 or not finite.</exception>
    public float PositiveWeight
    {
        get;
        init => field = value > 0 && float.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(PositiveWeight), value, "Expected a finite value above 0.");
    } = 1;

    /// <inheritdoc/>
    public override bool TakesLogits => true;

    private protected override bool ChecksTargets => true;

    /// <inheritdoc/>
    protected internal override bool Accepts(int outputSize, Activation? activation)
        => activation?.Kind is ActivationKind.Sigmoid or ActivationKind.Identity;

    /// <inheritdoc/>
    protected internal override string? Refusal(double target, int outputSize)
        => target is >= 0 and <= 1 ? null : "probabilities from 0 to 1";

    /// <inheritdoc/>
    protected internal override double Evaluate(in LossBatch batch, float scale)
        => PositiveWeight == 1
            ? ElementSum.Run(default(Operator), batch, scale)
            : ElementSum.Run(new WeightedOperator(PositiveWeight), batch, scale);

    /// <summary>ln(1 + e^−|o|)</summary>
    private static Vector<float> SoftplusOfMinus(Vector<float> logit)
        => Vector.Log(Vector<float>.One + VectorMath.Exp(new PortableVector(-Vector.Abs(logit))).Value);

    /// <summary>Of p = 1: max(o, 0) − o·y + ln(1 + e^−|o|), and σ(o) − y.</summary>
    private readonly struct Operator : IElementLoss
    {
        public Vector<float> Invoke(Vector<float> logit, Vector<float> target, out Vector<float> gradient)
        {
            gradient = VectorMath.Sigmoid(new PortableVector(logit)).Value - target;
            return default(ReluActivation).Apply(new PortableVector(logit)).Value - logit * target + SoftplusOfMinus(logit);
        }
    }

    private readonly struct WeightedOperator(float positive) : IElementLoss
    {
        public Vector<float> Invoke(Vector<float> logit, Vector<float> target, out Vector<float> gradient)
        {
            Vector<float> negative = Vector<float>.One - target;
            Vector<float> weight = Vector<float>.One + new Vector<float>(positive - 1) * target;
            gradient = negative - weight * VectorMath.Sigmoid(new PortableVector(-logit)).Value;
            Vector<float> softplus = default(ReluActivation).Apply(new PortableVector(-logit)).Value + SoftplusOfMinus(logit);
            return negative * logit + weight * softplus;
        }
    }
}
