using System.Numerics.Tensors;
using FastRnn.Kernels;

namespace FastRnn;

/// <summary>
/// Draws the next index from the outputs of a network: with l = ln p the probability of index i is proportional to exp(lᵢ / τ), τ the
/// temperature; of these the <see cref="TopK"/> most likely stay, and of those as few of the most likely as have the share
/// <see cref="TopP"/> together. Of indices that are as likely the first ones stay. The same seed gives the same random numbers on every
/// machine; a draw that falls on the very border of two indices may differ where the last bits of outputs or of exp do. For one thread at a
/// time; allocates nothing once it has seen the largest vocabulary.
/// </summary>
/// <param name="seed">Decides what is drawn.</param>
/// <remarks>Sources: A. Fan, M. Lewis and Y. Dauphin, Hierarchical neural story generation, ACL 2018, for the top k; A. Holtzman et al.,
/// The curious case of neural text degeneration, ICLR 2020, for the top p.</remarks>
public sealed class TokenSampler(int seed)
{
    private SplitMix64 _random = new(seed, 0);
    private double[] _ratios = [];
    private float[] _weights = [];
    private ulong[] _keys = [];
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
        for (int i = 0; i < probabilities.Length; i++)
        {
            float probability = probabilities[i];
            if (!(probability >= 0 && float.IsFinite(probability)))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(probabilities), probability,
                    FormattableString.Invariant(
                        $"Expected finite probabilities of at least 0, but {nameof(probabilities)}[{i}] is {probability}."));
            }
        }

        int likeliest = Likeliest(probabilities, 0, nameof(probabilities));
        if (Temperature == 0)
        {
            return likeliest;
        }

        // exp((l − l max) / τ) with the logarithms in double: in float small probabilities that differ have equal ones.
        Span<double> ratios = Ratios(probabilities);
        TensorPrimitives.Divide(ratios, probabilities[likeliest], ratios);
        if (Temperature != 1)
        {
            TensorPrimitives.Log(ratios, ratios);
            TensorPrimitives.Divide(ratios, Temperature, ratios);
            TensorPrimitives.Exp(ratios, ratios);
        }

        return Draw(ratios);
    }

    /// <summary>Draws an index by logits, or by logarithms of probabilities, as <see cref="Activation.LogSoftmax"/> gives them.</summary>
    /// <param name="logits">l of each index; −∞ for one that can't be drawn.</param>
    /// <exception cref="ArgumentException">There is none, or none above −∞.</exception>
    /// <exception cref="ArgumentOutOfRangeException">One is NaN or ∞.</exception>
    public int NextFromLogits(ReadOnlySpan<float> logits)
    {
        for (int i = 0; i < logits.Length; i++)
        {
            if (float.IsNaN(logits[i]) || float.IsPositiveInfinity(logits[i]))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(logits), logits[i],
                    FormattableString.Invariant($"Expected logits below ∞, but {nameof(logits)}[{i}] is {logits[i]}."));
            }
        }

        int likeliest = Likeliest(logits, float.NegativeInfinity, nameof(logits));
        if (Temperature == 0)
        {
            return likeliest;
        }

        Span<double> ratios = Ratios(logits);
        TensorPrimitives.Subtract(ratios, logits[likeliest], ratios);
        TensorPrimitives.Divide(ratios, Temperature, ratios);
        TensorPrimitives.Exp(ratios, ratios);
        return Draw(ratios);
    }

    /// <summary>Room for the outputs of a network, for who samples from it.</summary>
    internal Span<float> Outputs(int size) => Grown(ref _outputs, size);

    /// <summary>The outputs in double.</summary>
    private Span<double> Ratios(ReadOnlySpan<float> outputs)
    {
        Span<double> ratios = Grown(ref _ratios, outputs.Length);
        TensorPrimitives.ConvertTruncating(outputs, ratios);
        return ratios;
    }

    /// <summary>The first of the highest values, which has to be above the lowest that there is.</summary>
    private static int Likeliest(ReadOnlySpan<float> values, float lowest, string parameter)
    {
        int likeliest = TensorPrimitives.IndexOfMax(values);
        return likeliest >= 0 && values[likeliest] > lowest
            ? likeliest
            : throw new ArgumentException("Expected an index that can be drawn, but there is none.", parameter);
    }

    /// <param name="ratios">how likely each index is beside the likeliest, from 0 to 1</param>
    private int Draw(ReadOnlySpan<double> ratios)
    {
        Span<float> weights = Grown(ref _weights, ratios.Length);
        TensorPrimitives.ConvertTruncating(ratios, weights);
        if (TopK is null && TopP is null)
        {
            return DrawFrom(weights, Sum(weights));
        }

        // A key is a weight's bits, which are ordered as values of at least 0 are, and behind them how far the index is from the end: the
        // likeliest come last, of equal ones the first index, and no two keys are equal, so that every way of sorting is the same.
        Span<ulong> keys = Grown(ref _keys, weights.Length);
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = ((ulong)BitConverter.SingleToUInt32Bits(weights[i]) << 32) | (uint)(keys.Length - 1 - i);
        }

        keys.Sort();
        for (int i = 0; i < keys.Length; i++)
        {
            weights[i] = BitConverter.UInt32BitsToSingle((uint)(keys[i] >> 32));
        }

        int kept = KeptOf(weights, out double share);
        return keys.Length - 1 - (int)(uint)keys[^kept..][DrawFrom(weights[^kept..], share)];
    }

    /// <summary>How many of sorted weights can be drawn, the last ones.</summary>
    private int KeptOf(ReadOnlySpan<float> weights, out double sum)
    {
        int most = Math.Min(TopK ?? weights.Length, weights.Length), kept = 0;
        double share = TopP is { } p and < 1 ? p * Sum(weights[^most..]) : double.PositiveInfinity;
        sum = 0;
        while (kept < most && sum < share)
        {
            sum += weights[^++kept];
        }

        return kept;
    }

    private static double Sum(ReadOnlySpan<float> weights)
    {
        double sum = 0;
        foreach (float weight in weights)
        {
            sum += weight;
        }

        return sum;
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
