namespace FastRnn.Training;

/// <summary>
/// The factor is multiplied with <see cref="FactorPerPlateau"/> whenever more than <see cref="Patience"/> validations, one after the other,
/// have not lowered the loss by the share <see cref="Improvement"/> of the best one.
/// </summary>
public sealed record PlateauSchedule : LearningRateSchedule
{
    internal PlateauSchedule(float factor, int patience, float improvement)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(patience);
        FactorPerPlateau = factor is > 0 and < 1
            ? factor
            : throw new ArgumentOutOfRangeException(nameof(factor), factor, "Expected a value above 0 and below 1.");
        Patience = patience;
        Improvement = improvement is >= 0 and < 1
            ? improvement
            : throw new ArgumentOutOfRangeException(nameof(improvement), improvement, "Expected a value from 0 up to, but not, 1.");
    }

    /// <summary>What the factor is multiplied with.</summary>
    public float FactorPerPlateau { get; }

    /// <summary>How many validations without improvement are waited for.</summary>
    public int Patience { get; }

    /// <summary>The share by which the loss has to fall.</summary>
    public float Improvement { get; }

    /// <inheritdoc/>
    public override PlateauState Observe(PlateauState state, float loss)
        => loss < state.Best - Math.Abs(state.Best) * Improvement || float.IsPositiveInfinity(state.Best)
            ? state with { Best = loss, Waited = 0 }
            : state.Waited < Patience ? state with { Waited = state.Waited + 1 }
            : state with { Waited = 0, Factor = state.Factor * FactorPerPlateau };

    /// <inheritdoc/>
    protected override double Factor(long index, long count) => 1;
}
