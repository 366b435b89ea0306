namespace FastRnn.Training;

/// <summary>
/// Windows over long sequences, for truncated back-propagation through time: all sequences, one behind the other, are cut into N strands
/// of equal length, and a batch has the next T steps of each strand. Batches behind the first one of an epoch continue the state. What does
/// not fill a window of all strands at the end is left out.
/// </summary>
public sealed class WindowBatches : IBatchSource
{
    private readonly SequenceSet _set;
    private readonly int _steps;
    private readonly int _sequences;
    private readonly long _strand;

    /// <summary>The sequence that each strand stands in, and the step there.</summary>
    private readonly (int Index, int Step)[] _places;

    private readonly (int Index, int Step)[] _starts;
    private readonly bool _hasWeights;
    private long _next;

    /// <param name="set">The sequences, with a target at each step; a strand may go on from one to the next one.</param>
    /// <param name="steps">T, at least 1.</param>
    /// <param name="sequences">N, at least 1.</param>
    /// <exception cref="ArgumentNullException">The set is null.</exception>
    /// <exception cref="ArgumentException">The set is empty or has one target for a sequence.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1, or there is not one window of T steps for each of N strands.
    /// </exception>
    public WindowBatches(SequenceSet set, int steps, int sequences)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(sequences, 1);
        if (set.Layout.HasOneTarget || set.Count == 0)
        {
            throw new ArgumentException(
                $"Expected sequences with a target at each step, but {(set.Count == 0 ? "the set is empty" : "they have one each")}.",
                nameof(set));
        }

        _set = set;
        _steps = steps;
        _sequences = sequences;
        _strand = set.TotalSteps / sequences / steps * steps;
        if (_strand == 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(steps), steps,
                $"Expected windows no longer than the strands, but {set.TotalSteps} steps in {sequences} strands have "
                + $"{set.TotalSteps / sequences} each.");
        }

        _starts = new (int, int)[sequences];
        _places = new (int, int)[sequences];
        _hasWeights = set.HasWeights;
        FindStarts();
        Start(0);
    }

    /// <inheritdoc/>
    public SequenceLayout Layout => _set.Layout;

    /// <inheritdoc/>
    public long? BatchesPerEpoch => _strand / _steps;

    /// <inheritdoc/>
    public bool CarriesState => true;

    /// <inheritdoc/>
    public void Start(int epoch)
    {
        _next = 0;
        _starts.CopyTo(_places, 0);
    }

    /// <inheritdoc/>
    public bool TryFill(SequenceBatch batch)
    {
        SequenceBatch.Require(batch, Layout);
        if (_next == BatchesPerEpoch)
        {
            return false;
        }

        batch.Resize(_steps, _sequences, _hasWeights);
        batch.Continues = _next++ > 0;
        for (int strand = 0; strand < _sequences; strand++)
        {
            int filled = 0;
            while (filled < _steps)
            {
                (int index, int step) = _places[strand];
                int count = Math.Min(_steps - filled, _set.GetSteps(index) - step);
                batch.Copy(_set, index, step, count, strand, filled);
                filled += count;
                step += count;
                _places[strand] = step < _set.GetSteps(index) ? (index, step) : (index + 1, 0);
            }
        }

        return true;
    }

    private void FindStarts()
    {
        int index = 0, step = 0;
        for (int strand = 0; strand < _sequences; strand++)
        {
            _starts[strand] = (index, step);
            long left = _strand;
            while (left > 0)
            {
                int count = (int)Math.Min(left, _set.GetSteps(index) - step);
                left -= count;
                step += count;
                if (step == _set.GetSteps(index))
                {
                    (index, step) = (index + 1, 0);
                }
            }
        }
    }
}
