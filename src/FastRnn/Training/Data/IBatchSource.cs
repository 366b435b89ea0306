namespace FastRnn.Training;

/// <summary>
/// What fills batches, epoch after epoch: sequences in memory (<see cref="ShuffledBatches"/>, <see cref="WindowBatches"/>), or a source of
/// one's own that reads what does not fit into memory. The same epoch has the same batches in the same order whenever it begins, so that
/// training can go on from a checkpoint. Used by one thread at a time.
/// </summary>
public interface IBatchSource
{
    /// <summary>What each step has.</summary>
    SequenceLayout Layout { get; }

    /// <summary>How many batches an epoch has; null where this is not known.</summary>
    long? BatchesPerEpoch { get; }

    /// <summary>Whether batches may go on where the one before ended (<see cref="SequenceBatch.Continues"/>).</summary>
    bool CarriesState { get; }

    /// <summary>Begins an epoch.</summary>
    /// <param name="epoch">Which one, from 0.</param>
    void Start(int epoch);

    /// <summary>Fills the next batch of the epoch.</summary>
    /// <param name="batch">To be resized and filled.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ArgumentNullException">The batch is null.</exception>
    /// <exception cref="ArgumentException">The batch has another layout.</exception>
    bool TryFill(SequenceBatch batch);
}
