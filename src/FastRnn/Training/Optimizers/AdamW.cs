namespace FastRnn.Training;

/// <summary>
/// <see cref="Adam"/> with decoupled weight decay: θ ← θ − η·λ·θ − η·m̂ / (√v̂ + ε), where gradients know nothing of the decay.
/// Source: I. Loshchilov and F. Hutter, Decoupled weight decay regularization, ICLR 2019, algorithm 2.
/// </summary>
public sealed class AdamW : Optimizer
{
    /// <inheritdoc cref="Adam(float, float, float, float)"/>
    /// <remarks><see cref="Optimizer.WeightDecay"/> is 0.01 unless set.</remarks>
    public AdamW(float learningRate = 1e-3f, float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-8f)
        : base(learningRate)
    {
        Beta1 = Decay(beta1, nameof(beta1));
        Beta2 = Decay(beta2, nameof(beta2));
        Epsilon = PositiveFinite(epsilon, nameof(epsilon));
        WeightDecay = 0.01f;
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
            AdamRule.Of(Beta1, Beta2, Epsilon, update) with { Shrinkage = update.LearningRate * update.WeightDecay }, update);
}
