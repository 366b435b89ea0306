using FastRnn.Training;

namespace FastRnn.Tasks;

/// <summary>Batches that are made up as they are asked for, the same ones whenever an epoch begins.</summary>
internal abstract class GeneratedBatches : IBatchSource
{
    private readonly int _batches;
    private readonly int _seed;
    private int _left;

    /// <param name="batches">of an epoch</param>
    /// <param name="seed">decides what they hold, with the epoch</param>
    private protected GeneratedBatches(int batches, int seed)
    {
        _batches = batches;
        _seed = seed;
        Start(0);
    }

    public abstract SequenceLayout Layout { get; }

    public long? BatchesPerEpoch => _batches;

    public bool CarriesState => false;

    private protected Random Random { get; private set; } = new(0);

    public void Start(int epoch)
    {
        Random = new Random(unchecked(_seed * 1_000_003 + epoch));
        _left = _batches;
    }

    public bool TryFill(SequenceBatch batch)
    {
        if (_left == 0)
        {
            return false;
        }

        _left--;
        Fill(batch);
        return true;
    }

    private protected abstract void Fill(SequenceBatch batch);
}
