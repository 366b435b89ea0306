namespace FastRnn.Training;

/// <summary>Some parameters of a network, all with the same weight decay, that an <see cref="Optimizer"/> is to change.</summary>
public readonly ref struct ParameterUpdate
{
    private readonly Span<float> _moments;
    private readonly int _stride;
    private readonly int _offset;

    /// <param name="parameters">all parameters of a network</param>
    /// <param name="gradients">as many</param>
    /// <param name="moments">a multiple of them</param>
    /// <param name="range">which of them</param>
    internal ParameterUpdate(Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> moments, ParameterRange range)
    {
        Parameters = parameters.Slice(range.Offset, range.Length);
        Gradients = gradients.Slice(range.Offset, range.Length);
        _moments = moments;
        _stride = parameters.Length;
        _offset = range.Offset;
    }

    /// <summary>θ; receives the changed parameters.</summary>
    public Span<float> Parameters { get; }

    /// <summary>∂L/∂θ, clipped, as many as the parameters.</summary>
    public ReadOnlySpan<float> Gradients { get; }

    /// <summary>The number of the update: 1 for the first.</summary>
    public long Number { get; internal init; }

    /// <summary>η of this update: <see cref="Optimizer.LearningRate"/> times <see cref="Trainer.LearningRateScale"/>.</summary>
    public float LearningRate { get; internal init; }

    /// <summary>λ of these parameters: <see cref="Optimizer.WeightDecay"/>, or 0 where they do not decay.</summary>
    public float WeightDecay { get; internal init; }

    /// <summary>What the optimizer remembers of these parameters, as many values; zeros before the first update.</summary>
    /// <param name="index">From 0 to <see cref="Optimizer.MomentCount"/> − 1.</param>
    /// <returns>The values, which the optimizer changes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The optimizer has no such moment.</exception>
    public Span<float> Moment(int index) => _moments.Slice(index * _stride + _offset, Parameters.Length);
}
