using FastRnn.Baselines.Numerics;

namespace FastRnn.Baselines.Text;

/// <summary>
/// An n-gram model of a text of tokens (characters or words, as indices from 0 to V − 1) with interpolation: the probability of a token w
/// after the last k tokens h is P(w | h) = λ(h)·c(h, w)/c(h) + (1 − λ(h))·P(w | h′), where c counts occurrences in the training text, h′
/// is h without its first token, and P before any token is even, 1/V. So every token has a probability above 0. A context that never
/// occurred has λ = 0. Immutable, so any number of threads may use it.
/// </summary>
/// <remarks>
/// Sources: I. H. Witten and T. C. Bell, The zero-frequency problem, IEEE Transactions on Information Theory 37, 1991, method C; F.
/// Jelinek and R. L. Mercer, Interpolated estimation of Markov source parameters from sparse data, 1980; compared by S. F. Chen and J.
/// Goodman, An empirical study of smoothing techniques for language modeling, Computer Speech and Language 13, 1999.
/// </remarks>
public sealed class NGramModel
{
    private readonly NGramCounts _counts;

    /// <summary>Null for the weights of Witten and Bell.</summary>
    private readonly JelinekMercerWeights? _weights;

    private NGramModel(NGramCounts counts, JelinekMercerWeights? weights, int vocabularySize)
    {
        _counts = counts;
        _weights = weights;
        VocabularySize = vocabularySize;
    }

    /// <summary>n: a token's probability depends on the n − 1 before it.</summary>
    public int Order => _counts.Order;

    /// <summary>V, the number of different tokens.</summary>
    public int VocabularySize { get; }

    /// <summary>Counts a text, with the weights of Witten and Bell: λ(h) = c(h) / (c(h) + d(h)), d(h) being the number of different
    /// tokens that follow h.</summary>
    /// <param name="tokens">The training text; at least one token.</param>
    /// <param name="vocabularySize">V, at least 1.</param>
    /// <param name="order">n, from 1 to the number of tokens.</param>
    /// <exception cref="ArgumentException">There is no token.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range, or a token is below 0 or not below V.</exception>
    public static NGramModel TrainWittenBell(ReadOnlySpan<int> tokens, int vocabularySize, int order)
        => new(Count(tokens, vocabularySize, order), null, vocabularySize);

    /// <summary>
    /// Counts a text, with the weights of Jelinek and Mercer: one λ for each length of h and power of two of c(h), which make a held-out
    /// text the most probable, found by expectation maximization; ½ where the held-out text has no such h.
    /// </summary>
    /// <param name="tokens">The training text; at least one token.</param>
    /// <param name="heldOut">Text that the weights are fitted on, and that is no part of the training text; at least one token.</param>
    /// <param name="vocabularySize">V, at least 1.</param>
    /// <param name="order">n, from 1 to the number of tokens.</param>
    /// <exception cref="ArgumentException">There is no token.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range, or a token is below 0 or not below V.</exception>
    public static NGramModel TrainJelinekMercer(
        ReadOnlySpan<int> tokens, ReadOnlySpan<int> heldOut, int vocabularySize, int order)
    {
        NGramCounts counts = Count(tokens, vocabularySize, order);
        Guard.Count(heldOut.Length, 1, nameof(heldOut), "token");
        Guard.Indices(heldOut, vocabularySize, nameof(heldOut));
        return new(counts, JelinekMercerWeights.Fit(counts, heldOut, vocabularySize), vocabularySize);
    }

    /// <summary>P(token | context).</summary>
    /// <param name="context">The tokens before; the last n − 1 of them count, fewer are enough.</param>
    /// <param name="token">The token.</param>
    /// <exception cref="ArgumentOutOfRangeException">A token is below 0 or not below V.</exception>
    public double Probability(ReadOnlySpan<int> context, int token)
    {
        int[] contexts = Contexts(context, nameof(context));
        Guard.Indices([token], VocabularySize, nameof(token));
        return Interpolate(contexts, token);
    }

    /// <summary>P(token | context) of every token; they sum to 1.</summary>
    /// <param name="context">The tokens before; the last n − 1 of them count, fewer are enough.</param>
    /// <returns>[V]</returns>
    /// <exception cref="ArgumentOutOfRangeException">A token is below 0 or not below V.</exception>
    public double[] Distribution(ReadOnlySpan<int> context)
    {
        var probabilities = new double[VocabularySize];
        Fill(Contexts(context, nameof(context)), probabilities);
        return probabilities;
    }

    /// <summary>−(1/T)·Σₜ log₂ P(token t | the tokens before it): the mean number of bits in which a text could be coded.</summary>
    /// <param name="tokens">A text; at least one token.</param>
    /// <exception cref="ArgumentException">There is no token.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is below 0 or not below V.</exception>
    public double BitsPerToken(ReadOnlySpan<int> tokens)
    {
        Guard.Count(tokens.Length, 1, nameof(tokens), "token");
        Guard.Indices(tokens, VocabularySize, nameof(tokens));
        int[] contexts = _counts.NoContext();
        double bits = 0;
        foreach (int token in tokens)
        {
            bits -= Math.Log2(Interpolate(contexts, token));
            _counts.Advance(contexts, token);
        }

        return bits / tokens.Length;
    }

    /// <summary>2 to the power of <see cref="BitsPerToken"/>: among how many equally probable tokens the model chooses on
    /// average.</summary>
    /// <param name="tokens">A text; at least one token.</param>
    /// <exception cref="ArgumentException">There is no token.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is below 0 or not below V.</exception>
    public double Perplexity(ReadOnlySpan<int> tokens) => Math.Pow(2, BitsPerToken(tokens));

    /// <summary>Writes a text: draws token after token, each given those before it.</summary>
    /// <param name="length">How many tokens, at least 1.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="context">What the text goes on from; may be empty.</param>
    /// <returns>The new tokens, without the context.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is below 1, or a token is below 0 or not below
    /// V.</exception>
    public int[] Sample(int length, int seed, ReadOnlySpan<int> context = default)
    {
        Guard.AtLeast(length, 1, nameof(length));
        int[] contexts = Contexts(context, nameof(context));
        var random = new Random(seed);
        var probabilities = new double[VocabularySize];
        var text = new int[length];
        for (int t = 0; t < length; t++)
        {
            Fill(contexts, probabilities);
            text[t] = Drawing.Index(probabilities, random);
            _counts.Advance(contexts, text[t]);
        }

        return text;
    }

    private static NGramCounts Count(ReadOnlySpan<int> tokens, int vocabularySize, int order)
    {
        Guard.AtLeast(vocabularySize, 1, nameof(vocabularySize));
        Guard.Count(tokens.Length, 1, nameof(tokens), "token");
        Guard.Indices(tokens, vocabularySize, nameof(tokens));
        Guard.Between(order, 1, tokens.Length, nameof(order));
        return new NGramCounts(tokens, order);
    }

    /// <summary>The contexts [n] after some tokens.</summary>
    private int[] Contexts(ReadOnlySpan<int> tokens, string parameter)
    {
        Guard.Indices(tokens, VocabularySize, parameter);
        int[] contexts = _counts.NoContext();
        foreach (int token in tokens[Math.Max(0, tokens.Length - Order + 1)..])
        {
            _counts.Advance(contexts, token);
        }

        return contexts;
    }

    private void Fill(ReadOnlySpan<int> contexts, Span<double> probabilities)
    {
        for (int token = 0; token < probabilities.Length; token++)
        {
            probabilities[token] = Interpolate(contexts, token);
        }
    }

    /// <summary>From the even distribution up, one token of context more each time.</summary>
    private double Interpolate(ReadOnlySpan<int> contexts, int token)
    {
        double probability = 1.0 / VocabularySize;
        for (int k = 0; k < contexts.Length; k++)
        {
            int followers = _counts.Followers(contexts[k]);
            if (followers > 0)
            {
                double weight = _weights?.Of(k, followers) ?? (double)followers / (followers + _counts.DistinctFollowers(contexts[k]));
                probability = weight * _counts.Share(contexts[k], token) + (1 - weight) * probability;
            }
        }

        return probability;
    }
}
