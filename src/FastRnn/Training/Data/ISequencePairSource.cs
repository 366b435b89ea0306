namespace FastRnn.Training;

/// <summary>
/// What fills batches of pairs for an encoder and a decoder, epoch after epoch: pairs in memory (<see cref="ShuffledPairs"/>), or a source
/// of one's own that reads what does not fit into memory. The same epoch has the same batches in the same order whenever it begins, so that
/// training can go on from a checkpoint. Used by one thread at a time.
/// </summary>
public interface ISequencePairSource
{
    /// <summary>What each step of a source has.</summary>
    SequenceLayout SourceLayout { get; }

    /// <summary>What each step of the decoder has.</summary>
    SequenceLayout TargetLayout { get; }

    /// <summary>How many batches an epoch has; null where this is not known.</summary>
    long? BatchesPerEpoch { get; }

    /// <summary>Begins an epoch.</summary>
    /// <param name="epoch">Which one, from 0.</param>
    void Start(int epoch);

    /// <summary>Fills the next batch of the epoch.</summary>
    /// <param name="source">To be resized and filled with what the encoder reads.</param>
    /// <param name="target">To be resized and filled with as many sequences: the decoder's inputs and targets.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ArgumentNullException">A batch is null.</exception>
    /// <exception cref="ArgumentException">A batch has another layout.</exception>
    bool TryFill(SequenceBatch source, SequenceBatch target);
}
