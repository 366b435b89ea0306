namespace FastRnn.Training;

/// <summary>Half a cosine from start up to 1, and another one down to end.</summary>
public sealed record OneCycleSchedule : LearningRateSchedule
{
    internal OneCycleSchedule(float rise, float start, float end)
    {
        Rise = rise is > 0 and < 1
            ? rise
            : throw new ArgumentOutOfRangeException(nameof(rise), rise, "Expected a value above 0 and below 1.");
        Start = Share(start, nameof(start), takesZero: false);
        End = Share(end, nameof(end));
    }

    /// <summary>The share of the updates that the rate rises in.</summary>
    public float Rise { get; }

    /// <summary>The factor of the first update.</summary>
    public float Start { get; }

    /// <summary>The factor of the last update.</summary>
    public float End { get; }

    /// <inheritdoc/>
    protected override double Factor(long index, long count)
    {
        // The updates at which the rate is highest and lowest.
        double top = Rise * count - 1, last = count - 1;
        return index <= top
            ? HalfCosine(Start, 1, top > 0 ? index / top : 1)
            : HalfCosine(1, End, last > top ? (index - top) / (last - top) : 1);
    }
}
