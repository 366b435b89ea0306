using FastRnn.Kernels;

namespace FastRnn;

/// <summary>
/// Draws the next index from the outputs of a network: with l = ln p the probability of index i is proportional to exp(lᵢ / τ), τ the
/// temperature; of these the <see cref="TopK"/> most likely stay, and of those as few of the most likely as have the share
/// <see cref="TopP"/> together. The same seed and outputs give the same indices on every machine, within what rounding makes of outputs
/// that differ. For one thread at a time; allocates nothing once it has seen the largest vocabulary.
/// </summary>
/// <param name="seed">Decides what is drawn.</param>
/// <remarks>Sources: A. Fan, M. Lewis and Y. Dauphin, Hierarchical neural story generation, ACL 2018, for the top k; A. Holtzman et al.,
/// The curious case of neural text degeneration, ICLR 2020, for the top p.</remarks>
public sealed class TokenSampler(int seed)
{
    private SplitMix64 _random = new(seed, 0);
    private float[] _weights = [];
    private int[] _order = [];
    private float[] _outputs = [];

    /// <summary>τ: 1, unless set, for the network's own probabilities, below for likelier ones, above for unlikelier ones, 0 for the
    /// likeliest alone.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 0 or not finite.</exception>
    public float Temperature
    {
        get;
        init => field = value >= 0 && float.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Temperature), value, "Expected a finite value of at least 0.");
    } = 1;

    /// <summary>How many of the likeliest indices can be drawn; null for all.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? TopK
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value ?? 1, 1, nameof(TopK));
            field = value;
        }
    }

    /// <summary>The share of probability that the indices have that can be drawn, above 0 and at most 1; null for all.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0 or above 1.</exception>
    public float? TopP
    {
        get;
        init => field = value is null or (> 0 and <= 1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(TopP), value, "Expected a value above 0, up to 1.");
    }

    /// <summary>Draws an index by probabilities.</summary>
    /// <param name="probabilities">p of each index, as <see cref="Activation.Softmax"/> gives them; they need not have the sum 1.</param>
    /// <exception cref="ArgumentException">There is none, or none above 0.</exception>
    /// <exception cref="ArgumentOutOfRangeException">One is below 0 or not finite.</exception>
    public int Next(ReadOnlySpan<float> probabilities)
    {
        Span<float> weights = Weights(probabilities.Length);
        for (int i = 0; i < weights.Length; i++)
        {
            float probability = probabilities[i];
            if (!(probability >= 0 && float.IsFinite(probability)))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(probabilities), probability,
                    FormattableString.Invariant(
                        $"Expected finite probabilities of at least 0, but {nameof(probabilities)}[{i}] is {probability}."));
            }

            weights[i] = MathF.Log(probability);
        }

        return Draw(weights, nameof(probabilities));
    }

    /// <summary>Draws an index by logits, or by logarithms of probabilities, as <see cref="Activation.LogSoftmax"/> gives them.</summary>
    /// <param name="logits">l of each index; −∞ for one that can't be drawn.</param>
    /// <exception cref="ArgumentException">There is none, or none above −∞.</exception>
    /// <exception cref="ArgumentOutOfRangeException">One is NaN or ∞.</exception>
    public int NextFromLogits(ReadOnlySpan<float> logits)
    {
        Span<float> weights = Weights(logits.Length);
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = !float.IsNaN(logits[i]) && !float.IsPositiveInfinity(logits[i])
                ? logits[i]
                : throw new ArgumentOutOfRangeException(
                    nameof(logits), logits[i],
                    FormattableString.Invariant($"Expected logits below ∞, but {nameof(logits)}[{i}] is {logits[i]}."));
        }

        return Draw(weights, nameof(logits));
    }

    /// <summary>Room for the outputs of a network, for who samples from it.</summary>
    internal Span<float> Outputs(int size) => Grown(ref _outputs, size);

    private Span<float> Weights(int count) => Grown(ref _weights, count);

    /// <param name="weights">ln p, which are lost</param>
    /// <param name="parameter">for exceptions</param>
    private int Draw(Span<float> weights, string parameter)
    {
        int likeliest = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(weights);
        float highest = likeliest < 0 ? float.NegativeInfinity : weights[likeliest];
        if (float.IsNegativeInfinity(highest))
        {
            throw new ArgumentException("Expected an index that can be drawn, but there is none.", parameter);
        }

        if (Temperature == 0)
        {
            return likeliest;
        }

        double all = 0;
        foreach (ref float weight in weights)
        {
            weight = MathF.Exp((weight - highest) / Temperature);
            all += weight;
        }

        if (TopK is null && TopP is null)
        {
            return DrawFrom(weights, all);
        }

        // From the end on: the likeliest come last.
        Span<int> order = Grown(ref _order, weights.Length);
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        weights.Sort(order);
        int kept = KeptOf(weights, out double share);
        return order[^kept..][DrawFrom(weights[^kept..], share)];
    }

    /// <summary>How many of sorted weights can be drawn, the last ones.</summary>
    private int KeptOf(ReadOnlySpan<float> weights, out double sum)
    {
        int most = Math.Min(TopK ?? weights.Length, weights.Length), kept = 0;
        double all = 0;
        foreach (float weight in weights[^most..])
        {
            all += weight;
        }

        sum = 0;
        while (kept < most && (kept == 0 || sum < (TopP ?? 1) * all))
        {
            sum += weights[^++kept];
        }

        return kept;
    }

    private int DrawFrom(ReadOnlySpan<float> weights, double all)
    {
        double left = _random.NextDouble() * all;
        int last = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (weights[i] > 0)
            {
                last = i;
                left -= weights[i];
                if (left < 0)
                {
                    break;
                }
            }
        }

        return last;
    }

    private static Span<T> Grown<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            array = new T[length];
        }

        return array.AsSpan(0, length);
    }
}
