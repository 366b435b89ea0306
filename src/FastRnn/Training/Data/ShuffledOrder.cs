using FastRnn.Kernels;

namespace FastRnn.Training;

/// <summary>
/// Which sequences come into which batch. In each epoch they are shuffled anew and sorted by length in buckets of many batches, so that
/// little of a batch is padding, and the batches are shuffled again.
/// </summary>
internal sealed class ShuffledOrder
{
    /// <summary>How many batches a bucket has.</summary>
    private const int BucketBatches = 32;

    private readonly int _batchSize;
    private readonly int? _seed;
    private readonly int[] _order;
    private readonly int[] _batches;
    private readonly long[] _lengths;
    private readonly long[] _keys;
    private int _next;

    /// <param name="count">the number of sequences, at least 1</param>
    /// <param name="batchSize">N, at least 1</param>
    /// <param name="seed">decides the order; null for that of the set</param>
    /// <param name="lengthOf">by which sequences are sorted</param>
    /// <param name="parameter">of whoever has the sequences, for the exception</param>
    internal ShuffledOrder(int count, int batchSize, int? seed, Func<int, long> lengthOf, string parameter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        _batchSize = Math.Min(batchSize, Math.Max(1, count));
        _seed = seed;
        _order = new int[count > 0 ? count : throw new ArgumentException("Expected sequences, but the set is empty.", parameter)];
        _batches = new int[(count + _batchSize - 1) / _batchSize];
        _lengths = [.. Enumerable.Range(0, count).Select(lengthOf)];
        _keys = new long[count];
        Start(0);
    }

    internal int BatchesPerEpoch => _batches.Length;

    internal void Start(int epoch)
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
            var random = new SplitMix64(seed, epoch);
            random.Shuffle(_order);
            for (int i = 0; i < _order.Length; i++)
            {
                _keys[i] = _lengths[_order[i]];
            }

            int bucket = _batchSize * BucketBatches;
            for (int start = 0; start < _order.Length; start += bucket)
            {
                int length = Math.Min(bucket, _order.Length - start);
                _keys.AsSpan(start, length).Sort(_order.AsSpan(start, length));
            }

            random.Shuffle(_batches);
        }
    }

    /// <summary>The sequences of the next batch; empty at the end of the epoch.</summary>
    internal ReadOnlySpan<int> Next()
    {
        if (_next == _batches.Length)
        {
            return [];
        }

        int first = _batches[_next++] * _batchSize;
        return _order.AsSpan(first, Math.Min(_batchSize, _order.Length - first));
    }
}
