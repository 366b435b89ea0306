namespace FastRnn.Training;

/// <summary>
/// How gradients change weights. An optimizer holds its settings only; what it remembers of past gradients belongs to the trainer,
/// so that one optimizer may serve several trainers.
/// </summary>
public abstract class Optimizer
{
    private protected Optimizer(float learningRate) => LearningRate = PositiveFinite(learningRate, nameof(learningRate));

    /// <summary>The step size; above 0 and finite. May be changed between training steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0 or not finite.</exception>
    public float LearningRate
    {
        get;
        set => field = PositiveFinite(value, nameof(LearningRate));
    }

    /// <summary>How many values the optimizer remembers for a parameter.</summary>
    internal abstract int MomentCount { get; }

    /// <summary>One update of all parameters.</summary>
    /// <param name="parameters">as long as a multiple of every vector width</param>
    /// <param name="gradients">as long as the parameters</param>
    /// <param name="moments"><see cref="MomentCount"/> times as long, zeros at first</param>
    /// <param name="update">1 for the first update</param>
    internal abstract void Update(Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> moments, long update);

    private protected static float PositiveFinite(float value, string parameter)
        => value > 0 && float.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(parameter, value, "Expected a finite value above 0.");
}
