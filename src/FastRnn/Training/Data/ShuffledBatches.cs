namespace FastRnn.Training;

/// <summary>
/// Batches of whole sequences. In each epoch the sequences are shuffled anew; sequences of similar lengths come into a batch together, so
/// that little of it is padding: shuffled sequences are sorted by length in buckets of many batches, and the batches shuffled again.
/// </summary>
public sealed class ShuffledBatches : IBatchSource
{
    /// <summary>How many batches a bucket has.</summary>
    private const int BucketBatches = 32;

    private readonly SequenceSet _set;
    private readonly int _batchSize;
    private readonly int? _seed;
    private readonly int[] _order;
    private readonly int[] _batches;
    private readonly Comparison<int> _byLength;
    private readonly bool _hasWeights;
    private int _next;

    /// <param name="set">The sequences; those that are added later are not in any batch.</param>
    /// <param name="batchSize">N, at least 1; the last batch of an epoch may have fewer sequences.</param>
    /// <param name="seed">Decides the order; null for that of the set.</param>
    /// <exception cref="ArgumentNullException">The set is null.</exception>
    /// <exception cref="ArgumentException">The set is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is below 1.</exception>
    public ShuffledBatches(SequenceSet set, int batchSize, int? seed)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        _set = set;
        _batchSize = Math.Min(batchSize, Math.Max(1, set.Count));
        _seed = seed;
        _order = new int[set.Count > 0 ? set.Count : throw new ArgumentException("Expected sequences, but the set is empty.", nameof(set))];
        _batches = new int[(set.Count + _batchSize - 1) / _batchSize];
        _byLength = (a, b) => set.GetSteps(a).CompareTo(set.GetSteps(b));
        _hasWeights = Enumerable.Range(0, set.Count).Any(index => !set.GetWeights(index).IsEmpty);
        Start(0);
    }

    /// <inheritdoc/>
    public SequenceLayout Layout => _set.Layout;

    /// <inheritdoc/>
    public long? BatchesPerEpoch => _batches.Length;

    /// <inheritdoc/>
    public bool CarriesState => false;

    /// <inheritdoc/>
    public void Start(int epoch)
    {
        _next = 0;
        for (int i = 0; i < _order.Length; i++)
        {
            _order[i] = i;
        }

        for (int i = 0; i < _batches.Length; i++)
        {
            _batches[i] = i;
        }

        if (_seed is { } seed)
        {
            var random = new EpochRandom(seed, epoch);
            random.Shuffle(_order);
            int bucket = _batchSize * BucketBatches;
            for (int start = 0; start < _order.Length; start += bucket)
            {
                _order.AsSpan(start, Math.Min(bucket, _order.Length - start)).Sort(_byLength);
            }

            random.Shuffle(_batches);
        }
    }

    /// <inheritdoc/>
    public bool TryFill(SequenceBatch batch)
    {
        SequenceBatch.Require(batch, Layout);
        if (_next == _batches.Length)
        {
            return false;
        }

        int first = _batches[_next++] * _batchSize, count = Math.Min(_batchSize, _order.Length - first), steps = 0;
        for (int i = first; i < first + count; i++)
        {
            steps = Math.Max(steps, _set.GetSteps(_order[i]));
        }

        batch.Resize(steps, count, _hasWeights);
        for (int i = 0; i < count; i++)
        {
            batch.Copy(_set, _order[first + i], 0, _set.GetSteps(_order[first + i]), i);
        }

        return true;
    }
}
