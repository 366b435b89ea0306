namespace FastRnn.Training;

/// <summary>
/// Batches of whole sequences. In each epoch the sequences are shuffled anew; sequences of similar lengths come into a batch together, so
/// that little of it is padding: shuffled sequences are sorted by length in buckets of many batches, and the batches shuffled again.
/// </summary>
public sealed class ShuffledBatches : IBatchSource
{
    private readonly SequenceSet _set;
    private readonly ShuffledOrder _order;
    private readonly bool _hasWeights;

    /// <param name="set">The sequences; those that are added later are not in any batch.</param>
    /// <param name="batchSize">N, at least 1; the last batch of an epoch may have fewer sequences.</param>
    /// <param name="seed">Decides the order; null for that of the set.</param>
    /// <exception cref="ArgumentNullException">The set is null.</exception>
    /// <exception cref="ArgumentException">The set is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is below 1.</exception>
    public ShuffledBatches(SequenceSet set, int batchSize, int? seed)
    {
        ArgumentNullException.ThrowIfNull(set);
        _set = set;
        _order = new ShuffledOrder(set.Count, batchSize, seed, index => set.GetSteps(index), nameof(set));
        _hasWeights = set.HasWeights;
    }

    /// <inheritdoc/>
    public SequenceLayout Layout => _set.Layout;

    /// <inheritdoc/>
    public long? BatchesPerEpoch => _order.BatchesPerEpoch;

    /// <inheritdoc/>
    public bool CarriesState => false;

    /// <inheritdoc/>
    public void Start(int epoch) => _order.Start(epoch);

    /// <inheritdoc/>
    public bool TryFill(SequenceBatch batch)
    {
        SequenceBatch.Require(batch, Layout);
        ReadOnlySpan<int> sequences = _order.Next();
        batch.Fill(_set, sequences, _hasWeights);
        return !sequences.IsEmpty;
    }
}
