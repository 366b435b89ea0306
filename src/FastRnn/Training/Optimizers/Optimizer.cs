namespace FastRnn.Training;

/// <summary>
/// How gradients change parameters. An optimizer holds its settings only; what it remembers of past gradients belongs to the trainer, so
/// that one optimizer may serve several trainers. Derive from it for an optimizer of your own.
/// </summary>
public abstract class Optimizer
{
    /// <param name="learningRate">η; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate is not above 0 or not finite.</exception>
    protected Optimizer(float learningRate) => LearningRate = PositiveFinite(learningRate, nameof(learningRate));

    /// <summary>η, the step size; above 0 and finite. May be changed between training steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0 or not finite.</exception>
    public float LearningRate
    {
        get;
        set => field = PositiveFinite(value, nameof(LearningRate));
    }

    /// <summary>
    /// λ, the weight decay: λ·θ is added to the gradient of a parameter (<see cref="AdamW"/> decays otherwise). At least 0, which it is
    /// unless set. Matrices decay; vectors, such as biases and the gains of normalizations, only where <see cref="DecaysVectors"/> is set.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 0 or not finite.</exception>
    public float WeightDecay
    {
        get;
        init => field = value >= 0 && float.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(WeightDecay), value, "Expected a finite value of at least 0.");
    }

    /// <summary>Whether biases and other vectors decay too. PyTorch decays everything.</summary>
    public bool DecaysVectors { get; init; }

    /// <summary>How many values the optimizer remembers for a parameter; at least 0, and always the same.</summary>
    public abstract int MomentCount { get; }

    /// <summary>One update of some parameters. A trainer calls it for parts of its parameters that together are all of them.</summary>
    /// <param name="update">The parameters, their gradients, and what is remembered of them.</param>
    protected internal abstract void Update(in ParameterUpdate update);

    private protected static float PositiveFinite(float value, string parameter)
        => value > 0 && float.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(parameter, value, "Expected a finite value above 0.");

    /// <summary>The decay of a running mean.</summary>
    private protected static float Decay(float value, string parameter)
        => value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(parameter, value, "Expected a value from 0 up to, but not, 1.");
}
