namespace FastRnn.Training;

/// <summary>
/// Adam: m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², θ ← θ − η·m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵘ), v̂ = v / (1 − β₂ᵘ) at update u.
/// Source: D. P. Kingma and J. Ba, Adam: a method for stochastic optimization, ICLR 2015, algorithm 1.
/// </summary>
public sealed class Adam : Optimizer
{
    /// <param name="learningRate">η; above 0.</param>
    /// <param name="beta1">β₁, the decay of the mean of gradients; at least 0, below 1.</param>
    /// <param name="beta2">β₂, the decay of the mean of squared gradients; at least 0, below 1.</param>
    /// <param name="epsilon">ε; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public Adam(float learningRate = 1e-3f, float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-8f)
        : base(learningRate)
    {
        Beta1 = Decay(beta1, nameof(beta1));
        Beta2 = Decay(beta2, nameof(beta2));
        Epsilon = PositiveFinite(epsilon, nameof(epsilon));
    }

    /// <summary>β₁.</summary>
    public float Beta1 { get; }

    /// <summary>β₂.</summary>
    public float Beta2 { get; }

    /// <summary>ε.</summary>
    public float Epsilon { get; }

    /// <inheritdoc/>
    public override int MomentCount => AdamRule.MomentCount;

    /// <inheritdoc/>
    protected internal override void Update(in ParameterUpdate update)
        => ParameterSweep.Run(
            AdamRule.Of(Beta1, Beta2, Epsilon, update) with { Decay = update.WeightDecay }, update);
}
