namespace FastRnn.Training;

/// <summary>Batches of pairs, shuffled anew in each epoch, with pairs of similar lengths together, as <see cref="ShuffledBatches"/> are.
/// </summary>
public sealed class ShuffledPairs : ISequencePairSource
{
    private readonly SequenceSet _sources;
    private readonly SequenceSet _targets;
    private readonly ShuffledOrder _order;
    private readonly bool _hasWeights;

    /// <param name="set">The pairs; those that are added later are not in any batch.</param>
    /// <param name="batchSize">N, at least 1; the last batch of an epoch may have fewer pairs.</param>
    /// <param name="seed">Decides the order; null for that of the set.</param>
    /// <exception cref="ArgumentNullException">The set is null.</exception>
    /// <exception cref="ArgumentException">The set is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is below 1.</exception>
    public ShuffledPairs(SequencePairSet set, int batchSize, int? seed)
    {
        ArgumentNullException.ThrowIfNull(set);
        _sources = set.Sources;
        _targets = set.Targets;
        _order = new ShuffledOrder(set.Count, batchSize, seed, LengthOf, nameof(set));
        _hasWeights = _targets.HasWeights;
    }

    /// <inheritdoc/>
    public SequenceLayout SourceLayout => _sources.Layout;

    /// <inheritdoc/>
    public SequenceLayout TargetLayout => _targets.Layout;

    /// <inheritdoc/>
    public long? BatchesPerEpoch => _order.BatchesPerEpoch;

    /// <inheritdoc/>
    public void Start(int epoch) => _order.Start(epoch);

    /// <inheritdoc/>
    public bool TryFill(SequenceBatch source, SequenceBatch target)
    {
        SequenceBatch.Require(source, SourceLayout);
        SequenceBatch.Require(target, TargetLayout);
        ReadOnlySpan<int> pairs = _order.Next();
        source.Fill(_sources, pairs, hasWeights: false);
        target.Fill(_targets, pairs, _hasWeights);
        return !pairs.IsEmpty;
    }

    /// <summary>By the steps of the decoder, then by those of the encoder.</summary>
    private long LengthOf(int index) => ((long)_targets.GetSteps(index) << 32) | (uint)_sources.GetSteps(index);
}
