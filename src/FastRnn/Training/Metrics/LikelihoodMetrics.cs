using System.Globalization;

namespace FastRnn.Training;

/// <summary>How likely a network has thought what came: with p the probability of each target the mean of −ln p in nats, of −log₂ p in
/// bits, and the perplexity exp(mean −ln p), the number of classes that would be as hard to guess among. Of a batch's outputs a target's is
/// its p; one that is no probability, such as a logit or NaN, is refused.</summary>
public sealed class LikelihoodMetrics : ClassMetric
{
    /// <summary>By how much rounding may put the logarithm of a certainty above 0.</summary>
    private const double Rounding = 1e-5;

    private double _sum;

    /// <summary>Whether a batch's outputs are ln p, as <see cref="Activation.LogSoftmax"/> gives them, and not p.</summary>
    public bool AreLogarithms { get; init; }

    /// <summary>How many targets there were, or the weights of means.</summary>
    public double Count { get; private set; }

    /// <summary>The mean of −ln p, the cross-entropy; NaN before anything was added, ∞ where something came that had p = 0.</summary>
    public double Nats => _sum / Count;

    /// <summary>The mean of −log₂ p.</summary>
    public double Bits => Nats / Math.Log(2);

    /// <summary>exp(Nats).</summary>
    public double Perplexity => Math.Exp(Nats);

    /// <summary>Adds the mean of a loss, such as <see cref="RnnTrainer.Evaluate"/> gives with <see cref="Loss.CrossEntropy"/>.</summary>
    /// <param name="nats">The mean of −ln p. NaN and ∞ make what is computed NaN and ∞, unless the weight is 0.</param>
    /// <param name="weight">How many targets it is the mean over, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The weight is below 0 or not finite.</exception>
    public void Add(double nats, double weight)
    {
        if (!(weight >= 0 && double.IsFinite(weight)))
        {
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "Expected a finite weight of at least 0.");
        }

        _sum += weight > 0 ? nats * weight : 0;
        Count += weight;
    }

    /// <inheritdoc/>
    public override void Reset() => (Count, _sum) = (0, 0);

    /// <summary>Bits and perplexity.</summary>
    public override string ToString()
        => string.Create(
            CultureInfo.InvariantCulture, $"{Nats:0.0000} nats, {Bits:0.0000} bits, perplexity {Perplexity:G5}, {Count} targets");

    private protected override void AddTarget(ReadOnlySpan<float> outputs, int target) => Add(NatsOf(outputs[target]), 1);

    /// <summary>−ln p; refuses what is no probability, such as a logit.</summary>
    private double NatsOf(float output, string parameter = "outputs")
    {
        double log = AreLogarithms ? output : Math.Log(output);
        return log <= Rounding
            ? -log
            : throw new ArgumentOutOfRangeException(
                parameter, output,
                AreLogarithms
                    ? "Expected logarithms of probabilities, at most 0, as LogSoftmax gives them."
                    : "Expected probabilities, from 0 to 1, as Softmax gives them.");
    }
}
