namespace FastRnn.Training;

/// <summary>
/// <see cref="Adam"/> with Nesterov's momentum: θ ← θ − η·(μᵤ₊₁·m / (1 − Πᵢ≤ᵤ₊₁ μᵢ) + (1 − μᵤ)·g / (1 − Πᵢ≤ᵤ μᵢ)) / (√v̂ + ε) with
/// μᵢ = β₁·(1 − 0.96^(i·ψ) / 2) at update u. Source: T. Dozat, Incorporating Nesterov momentum into Adam, ICLR workshop 2016.
/// </summary>
public sealed class NAdam : Optimizer
{
    /// <summary>A product of momenta below it is as good as 0 beside 1.</summary>
    private const double LeastProduct = 1e-18;

    /// <param name="learningRate">η; above 0.</param>
    /// <param name="beta1">β₁, the decay of the mean of gradients; at least 0, below 1.</param>
    /// <param name="beta2">β₂, the decay of the mean of squared gradients; at least 0, below 1.</param>
    /// <param name="epsilon">ε; above 0.</param>
    /// <param name="momentumDecay">ψ, how fast momentum rises to β₁; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public NAdam(
        float learningRate = 2e-3f, float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-8f, float momentumDecay = 4e-3f)
        : base(learningRate)
    {
        Beta1 = Decay(beta1, nameof(beta1));
        Beta2 = Decay(beta2, nameof(beta2));
        Epsilon = PositiveFinite(epsilon, nameof(epsilon));
        MomentumDecay = PositiveFinite(momentumDecay, nameof(momentumDecay));
    }

    /// <summary>β₁.</summary>
    public float Beta1 { get; }

    /// <summary>β₂.</summary>
    public float Beta2 { get; }

    /// <summary>ε.</summary>
    public float Epsilon { get; }

    /// <summary>ψ.</summary>
    public float MomentumDecay { get; }

    /// <inheritdoc/>
    public override int MomentCount => AdamRule.MomentCount;

    /// <inheritdoc/>
    protected internal override void Update(in ParameterUpdate update)
    {
        double root = AdamRule.RootCorrection(Beta2, update.Number), product = Product(update.Number);
        double momentum = Momentum(update.Number), next = Momentum(update.Number + 1);
        var rule = new AdamRule
        {
            Beta1 = Beta1,
            Beta2 = Beta2,
            Epsilon = AdamRule.CorrectedEpsilon(Epsilon, root),
            MeanStep = (float)(update.LearningRate * root * next / (1 - product * next)),
            GradientStep = (float)(update.LearningRate * root * (1 - momentum) / (1 - product)),
            Decay = update.WeightDecay,
        };
        ParameterSweep.Run(rule, update);
    }

    /// <summary>μᵢ.</summary>
    private double Momentum(long update) => Beta1 * (1 - 0.5 * Math.Pow(0.96, update * (double)MomentumDecay));

    /// <summary>Πᵢ≤ᵤ μᵢ, which soon is nothing beside 1.</summary>
    private double Product(long update)
    {
        double product = 1;
        for (long i = 1; i <= update && product > LeastProduct; i++)
        {
            product *= Momentum(i);
        }

        return product;
    }
}
