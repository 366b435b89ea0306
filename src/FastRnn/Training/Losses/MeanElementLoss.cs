namespace FastRnn.Training;

/// <summary>A loss at each of the O values of an output, of which the mean is taken over the values too.</summary>
public abstract record MeanElementLoss : LossFunction
{
    private protected MeanElementLoss()
    {
    }

    /// <inheritdoc/>
    protected internal sealed override double TotalWeight(in LossBatch batch)
        => base.TotalWeight(batch) * GetTargetSize(batch.OutputSize);
}
