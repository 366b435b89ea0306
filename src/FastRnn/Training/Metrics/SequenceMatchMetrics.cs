using System.Globalization;

namespace FastRnn.Training;

/// <summary>How near written sequences are to what they should be: the share that is right as a whole, the mean edit distance, and the
/// error rate, the sum of edit distances over the sum of the right sequences' lengths: of characters CER, of words WER. For one thread at a
/// time.
/// </summary>
public sealed class SequenceMatchMetrics
{
    private long _matches, _distances, _lengths;

    /// <summary>How many sequences there were.</summary>
    public long Count { get; private set; }

    /// <summary>The share of sequences that are right as a whole; NaN before anything was added.</summary>
    public double ExactMatch => (double)_matches / Count;

    /// <summary>The mean edit distance; NaN before anything was added.</summary>
    public double MeanDistance => (double)_distances / Count;

    /// <summary>Edits for each item of the right sequences; may be above 1. NaN before anything was added; where all right sequences are
    /// empty ∞, or NaN where all written ones are too.</summary>
    public double ErrorRate => (double)_distances / _lengths;

    /// <summary>Adds a sequence.</summary>
    /// <typeparam name="T">Of the items, such as <c>int</c> for indices or <c>char</c>.</typeparam>
    /// <param name="written">What was written.</param>
    /// <param name="right">What it should be.</param>
    public void Add<T>(ReadOnlySpan<T> written, ReadOnlySpan<T> right)
        where T : IEquatable<T>
    {
        int distance = EditDistance.Between(written, right);
        Count++;
        _matches += distance == 0 ? 1 : 0;
        _distances += distance;
        _lengths += right.Length;
    }

    /// <summary>Forgets all that has been added.</summary>
    public void Reset() => (Count, _matches, _distances, _lengths) = (0, 0, 0, 0);

    /// <summary>Exact match and error rate.</summary>
    public override string ToString()
        => string.Create(
            CultureInfo.InvariantCulture,
            $"exact match {ExactMatch:0.000}, edit distance {MeanDistance:0.000}, error rate {ErrorRate:0.0000}, {Count} sequences");
}
