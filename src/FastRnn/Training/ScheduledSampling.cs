namespace FastRnn.Training;

/// <summary>
/// How often a decoder is given its own output in the place of the right input while it is trained, so that it learns to go on from its own
/// mistakes. At each step but the first, and for each sequence by itself, the input is, with the probability p, the index drawn from the
/// probabilities that the decoder has put out at the step before, or, of a decoder of values, those values. No gradient flows through what
/// is drawn, and dropout is off while it is drawn. Source: S. Bengio et al., Scheduled sampling for sequence prediction with recurrent
/// neural networks, NIPS 2015.
/// </summary>
public sealed record ScheduledSampling
{
    /// <summary>p, above 0 and at most 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0 or above 1.</exception>
    public required float Probability
    {
        get;
        init => field = value is > 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Probability), value, "Expected a value above 0, up to 1.");
    }

    /// <summary>Over how many updates the probability rises from 0, linearly; 0, unless set, for the whole probability at once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 0.</exception>
    public long RampUpdates
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(RampUpdates));
            field = value;
        }
    }

    /// <summary>Decides what is drawn; the same seed draws the same at the same step of training.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The probability at an update.</summary>
    /// <param name="update">1 for the first.</param>
    public float GetProbability(long update) => update >= RampUpdates ? Probability : Probability * Math.Max(0, update) / RampUpdates;
}
