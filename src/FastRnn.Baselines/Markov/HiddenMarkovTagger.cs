using FastRnn.Baselines.Numerics;

namespace FastRnn.Baselines.Markov;

/// <summary>
/// Tags the words of sentences: a hidden Markov model whose states are the tags and whose symbols are the words, made by counting in tagged
/// sentences; the tags of a sentence are its most probable path. Immutable, so any number of threads may use it.
/// </summary>
/// <remarks>
/// A count c of what follows or is emitted after tag t becomes the probability (c + λ·q) / (count of t + λ), where q is the overall share
/// of what is counted. Words are taken as they are written, upper and lower case apart. A rare or unknown word is replaced by its class:
/// its shape, as of digits or capital letters, with its last letters where enough rare words share them. Sources: T. Brants, TnT – a
/// statistical part-of-speech tagger, ANLP 2000, for tags as states; D. M. Bikel, S. Miller, R. Schwartz and R. Weischedel, Nymble: a
/// high-performance learning name-finder, ANLP 1997, for classes of unknown words; D. J. C. MacKay and L. C. Peto, A hierarchical
/// Dirichlet language model, Natural Language Engineering 1, 1995, for the smoothing.
/// </remarks>
public sealed class HiddenMarkovTagger
{
    private readonly WordVocabulary _vocabulary;
    private readonly string[] _tags;

    private HiddenMarkovTagger(WordVocabulary vocabulary, string[] tags, HiddenMarkovModel<int> model)
    {
        _vocabulary = vocabulary;
        _tags = tags;
        Model = model;
    }

    /// <summary>The tags, in ordinal order; state i of the model is tag i.</summary>
    public IReadOnlyList<string> Tags => _tags;

    /// <summary>The model: transitions between tags, and the words and classes of words as symbols.</summary>
    public HiddenMarkovModel<int> Model { get; }

    /// <summary>Makes a tagger of tagged sentences.</summary>
    /// <param name="sentences">The words of each sentence; at least one sentence, each with at least one word.</param>
    /// <param name="tags">The tag of each word.</param>
    /// <param name="options">Rare words and smoothing; null for the defaults.</param>
    /// <exception cref="ArgumentException">There is no sentence, one is empty, has a word or tag that is null or empty, or has not as many
    /// tags as words.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static HiddenMarkovTagger Train(
        IReadOnlyList<string[]> sentences, IReadOnlyList<string[]> tags, HiddenMarkovTaggerOptions? options = null)
    {
        options ??= new HiddenMarkovTaggerOptions();
        options.Check(nameof(options));
        SequenceGuard.All(sentences, nameof(sentences), (sentence, name) => Texts(sentence, nameof(sentences), name));
        ArgumentNullException.ThrowIfNull(tags);
        Guard.Length(tags.Count, sentences.Count, nameof(tags), "one list of tags for each sentence");
        for (int n = 0; n < tags.Count; n++)
        {
            Texts(tags[n], nameof(tags), $"{nameof(tags)}[{n}]");
            Guard.Length(tags[n].Length, sentences[n].Length, nameof(tags), $"one tag for each word of sentence {n}");
        }

        string[] names = [.. tags.SelectMany(tag => tag).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var vocabulary = new WordVocabulary(sentences.SelectMany(word => word), options.RareCount, options.SuffixLength);
        int states = names.Length, symbols = vocabulary.Count;
        double[] initial = new double[states], transitions = new double[states * states], emissions = new double[states * symbols];
        double[] tagCounts = new double[states], symbolCounts = new double[symbols];
        for (int n = 0; n < tags.Count; n++)
        {
            int previous = -1;
            for (int t = 0; t < tags[n].Length; t++)
            {
                int tag = Array.BinarySearch(names, tags[n][t], StringComparer.Ordinal);
                int symbol = vocabulary.SymbolOf(sentences[n][t]);
                (t == 0 ? initial : transitions)[t == 0 ? tag : previous * states + tag]++;
                emissions[tag * symbols + symbol]++;
                tagCounts[tag]++;
                symbolCounts[symbol]++;
                previous = tag;
            }
        }

        double[] tagShares = Shares(tagCounts, 0), symbolShares = Shares(symbolCounts, 1);
        Smooth(initial, tagShares, options.Smoothing);
        for (int tag = 0; tag < states; tag++)
        {
            Smooth(transitions.AsSpan(tag * states, states), tagShares, options.Smoothing);
            Smooth(emissions.AsSpan(tag * symbols, symbols), symbolShares, options.Smoothing);
        }

        var model = new HiddenMarkovModel<int>(initial, transitions, new CategoricalEmissions(states, symbols, emissions));
        return new HiddenMarkovTagger(vocabulary, names, model);
    }

    /// <summary>Whether a word has been seen often enough to have a probability of its own; otherwise its class stands for it.</summary>
    /// <param name="word">The word as it is written.</param>
    public bool Knows(string word)
    {
        ArgumentException.ThrowIfNullOrEmpty(word);
        return _vocabulary.Knows(word);
    }

    /// <summary>The most probable tags of a sentence.</summary>
    /// <param name="words">The words; none gives no tags.</param>
    /// <returns>A tag for each word.</returns>
    /// <exception cref="ArgumentException">A word is null or empty.</exception>
    public string[] Tag(IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (words.Count == 0)
        {
            return [];
        }

        Texts(words, nameof(words), nameof(words));
        int[] symbols = [.. words.Select(_vocabulary.SymbolOf)];
        return [.. Model.Decode(symbols).States.Select(state => _tags[state])];
    }

    private static void Texts(IReadOnlyList<string>? texts, string parameter, string name)
    {
        Guard.Count(texts?.Count ?? 0, 1, parameter, $"text in {name}");
        for (int i = 0; i < texts!.Count; i++)
        {
            if (string.IsNullOrEmpty(texts[i]))
            {
                throw new ArgumentException(
                    $"Expected texts that are not empty, but {name}[{i}] is {(texts[i] is null ? "null" : "empty")}.", parameter);
            }
        }
    }

    /// <summary>(count + added) / sum</summary>
    private static double[] Shares(double[] counts, double added)
    {
        double sum = counts.Sum() + added * counts.Length;
        return [.. counts.Select(count => (count + added) / sum)];
    }

    private static void Smooth(Span<double> counts, ReadOnlySpan<double> shares, double smoothing)
    {
        double sum = smoothing;
        foreach (double count in counts)
        {
            sum += count;
        }

        for (int i = 0; i < counts.Length; i++)
        {
            counts[i] = (counts[i] + smoothing * shares[i]) / sum;
        }
    }
}
