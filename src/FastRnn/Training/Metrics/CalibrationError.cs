using System.Globalization;

namespace FastRnn.Training;

/// <summary>
/// Whether probabilities mean what they say: predictions are put into bins by their confidence, the highest probability; the expected
/// calibration error is Σ nᵦ/n·|accuracyᵦ − confidenceᵦ| over bins b, the largest one their maximum. Bins are of equal width, each up to
/// and with its upper end. Source: C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, On calibration of modern neural networks, ICML 2017.
/// </summary>
public sealed class CalibrationError : ClassMetric
{
    private readonly long[] _counts;
    private readonly long[] _hits;
    private readonly double[] _confidences;

    /// <param name="bins">The number of bins, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public CalibrationError(int bins = 15)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        _counts = new long[bins];
        _hits = new long[bins];
        _confidences = new double[bins];
    }

    /// <summary>The number of bins.</summary>
    public int Bins => _counts.Length;

    /// <summary>How many predictions there were.</summary>
    public long Count { get; private set; }

    /// <summary>The expected calibration error, from 0 to 1; 0 before anything was added.</summary>
    public double Expected
    {
        get
        {
            double sum = 0;
            for (int bin = 0; bin < Bins; bin++)
            {
                sum += Count > 0 ? (double)_counts[bin] / Count * GapOf(bin) : 0;
            }

            return sum;
        }
    }

    /// <summary>The largest difference of a bin that has predictions.</summary>
    public double Largest
    {
        get
        {
            double largest = 0;
            for (int bin = 0; bin < Bins; bin++)
            {
                largest = Math.Max(largest, GapOf(bin));
            }

            return largest;
        }
    }

    /// <summary>What is in a bin.</summary>
    /// <param name="bin">From 0 to Bins − 1.</param>
    /// <returns>The number of predictions, their mean confidence and the share of hits; NaN for both where there are none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such bin.</exception>
    public (long Count, double Confidence, double Accuracy) GetBin(int bin)
    {
        Guard.Index(bin, Bins, nameof(bin));
        return (_counts[bin], _confidences[bin] / _counts[bin], (double)_hits[bin] / _counts[bin]);
    }

    /// <summary>Adds a prediction.</summary>
    /// <param name="confidence">The probability of what was predicted, from 0 to 1.</param>
    /// <param name="isHit">Whether it came.</param>
    /// <exception cref="ArgumentOutOfRangeException">The confidence is out of its range.</exception>
    public void Add(double confidence, bool isHit)
    {
        // Sums of float may round a certainty up.
        const double Rounding = 1e-5;
        if (!(confidence is >= 0 and <= 1 + Rounding))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "Expected a probability from 0 to 1.");
        }

        int bin = Math.Clamp((int)Math.Ceiling(confidence * Bins) - 1, 0, Bins - 1);
        Count++;
        _counts[bin]++;
        _hits[bin] += isHit ? 1 : 0;
        _confidences[bin] += confidence;
    }

    /// <summary>Adds a prediction: the first of the highest probabilities names the class.</summary>
    /// <param name="probabilities">p of each class, as <see cref="Activation.Softmax"/> gives them.</param>
    /// <param name="actual">The class that came.</param>
    /// <exception cref="ArgumentException">There is no class.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class, a probability is NaN, or the highest one is not from 0 to 1;
    /// nothing has been added.</exception>
    public void Add(ReadOnlySpan<float> probabilities, int actual)
    {
        if (probabilities.IsEmpty)
        {
            throw new ArgumentException("Expected a probability for each class, but got none.", nameof(probabilities));
        }

        Guard.Index(actual, probabilities.Length, nameof(actual));
        int highest = ConfusionMatrix.HighestOf(probabilities, nameof(probabilities));
        Add(probabilities[highest], highest == actual);
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        Count = 0;
        Array.Clear(_counts);
        Array.Clear(_hits);
        Array.Clear(_confidences);
    }

    /// <summary>The expected and the largest error.</summary>
    public override string ToString()
        => string.Create(
            CultureInfo.InvariantCulture, $"calibration error {Expected:0.0000} expected, {Largest:0.0000} at most, {Count} predictions");

    private protected override void AddTarget(ReadOnlySpan<float> outputs, int target) => Add(outputs, target);

    private double GapOf(int bin) => _counts[bin] > 0 ? Math.Abs(_hits[bin] - _confidences[bin]) / _counts[bin] : 0;
}
