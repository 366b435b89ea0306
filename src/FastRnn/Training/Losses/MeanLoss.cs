namespace FastRnn.Training;

/// <summary>The mean of the losses of batches, each of which counts by what it is the mean over.</summary>
internal struct MeanLoss
{
    private double _sum;
    private double _weight;

    /// <summary>0 where nothing counts.</summary>
    internal readonly double Value => _weight > 0 ? _sum / _weight : 0;

    internal void Add(LossValue value)
    {
        _sum += value.Mean * value.Weight;
        _weight += value.Weight;
    }
}
