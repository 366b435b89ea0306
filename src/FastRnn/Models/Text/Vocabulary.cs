using System.Buffers;
using System.Collections.ObjectModel;
using System.Text;

namespace FastRnn;

/// <summary>
/// Tokens, characters or words, and their indices: what stands between text and a network of indices. Immutable: any number of threads may
/// use it at once. Lookups of spans allocate nothing.
/// </summary>
public sealed class Vocabulary
{
    /// <summary>What half of a character stands as.</summary>
    private const string Replacement = "\uFFFD";

    private readonly Dictionary<string, int> _indices;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    /// <summary>A vocabulary of given tokens.</summary>
    /// <param name="tokens">The tokens in the order of their indices, at least one, all different.</param>
    /// <param name="unknown">The token among them that stands for all that are not; null for none.</param>
    /// <exception cref="ArgumentNullException">The tokens are null.</exception>
    /// <exception cref="ArgumentException">There is no token, one is null or empty or there twice or no Unicode text, having half of a pair
    /// of surrogates, or the unknown one is not among them.</exception>
    public Vocabulary(IEnumerable<string> tokens, string? unknown = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        string[] all = [.. tokens];
        _indices = new Dictionary<string, int>(all.Length, StringComparer.Ordinal);
        for (int i = 0; i < all.Length; i++)
        {
            if (string.IsNullOrEmpty(all[i]) || !_indices.TryAdd(all[i], i))
            {
                string actual = string.IsNullOrEmpty(all[i]) ? "is empty" : $"is '{all[i]}' again";
                throw new ArgumentException($"Expected tokens that differ, but tokens[{i}] {actual}.", nameof(tokens));
            }

            // UTF-8 has no halves: in a file they all would be the same character.
            if (!IsText(all[i]))
            {
                throw new ArgumentException(
                    $"Expected tokens of Unicode text, but tokens[{i}] has half of a pair of surrogates.", nameof(tokens));
            }
        }

        if (all.Length == 0)
        {
            throw new ArgumentException("Expected at least one token, but got none.", nameof(tokens));
        }

        _lookup = _indices.GetAlternateLookup<ReadOnlySpan<char>>();
        Tokens = Array.AsReadOnly(all);
        UnknownIndex = unknown is null ? null
            : _indices.TryGetValue(unknown, out int index) ? index
            : throw new ArgumentException($"Expected one of the tokens, but got '{unknown}'.", nameof(unknown));
    }

    /// <summary>The tokens, in the order of their indices.</summary>
    public ReadOnlyCollection<string> Tokens { get; }

    /// <summary>The number of tokens.</summary>
    public int Count => Tokens.Count;

    /// <summary>The index of what is not in the vocabulary; null where there is none.</summary>
    public int? UnknownIndex { get; }

    /// <summary>A token.</summary>
    /// <param name="index">From 0 to Count − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such index.</exception>
    public string this[int index]
    {
        get
        {
            Guard.Index(index, Count, nameof(index));
            return Tokens[index];
        }
    }

    /// <summary>The tokens of a text, the most frequent first, those as frequent in ordinal order.</summary>
    /// <param name="tokens">The tokens, each as often as it comes; empty ones are left out.</param>
    /// <param name="minCount">How often a token has to come, at least 1.</param>
    /// <param name="maxSize">The most tokens, with the reserved ones; null for all.</param>
    /// <param name="unknown">A token, which comes first, for all that are not in the vocabulary; null for none.</param>
    /// <param name="reserved">Tokens that come behind it, such as those for padding, start and end.</param>
    /// <exception cref="ArgumentNullException">The tokens, or the reserved ones, are null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The count or the size is below 1.</exception>
    /// <exception cref="ArgumentException">There is no token, one is null or no Unicode text, a reserved one is null or empty or there
    /// twice, or the reserved ones are more than the most.</exception>
    public static Vocabulary FromTokens(
        IEnumerable<string> tokens, int minCount = 1, int? maxSize = null, string? unknown = null, params IEnumerable<string> reserved)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(reserved);
        ArgumentOutOfRangeException.ThrowIfLessThan(minCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSize ?? 1, 1, nameof(maxSize));
        string[] first = [.. unknown is null ? [] : (string[])[unknown], .. reserved];
        if (first.Length > maxSize)
        {
            throw new ArgumentException($"Expected at most {maxSize} tokens, but {first.Length} are reserved.", nameof(reserved));
        }

        for (int i = 0; i < first.Length; i++)
        {
            if (string.IsNullOrEmpty(first[i]) || first.AsSpan(0, i).Contains(first[i]))
            {
                string actual = string.IsNullOrEmpty(first[i]) ? "one is empty" : $"there is '{first[i]}' again";
                throw new ArgumentException($"Expected reserved tokens that differ, but {actual}.", nameof(reserved));
            }
        }

        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (string token in NotNull(tokens).Where(token => token.Length > 0))
        {
            counts[token] = counts.GetValueOrDefault(token) + 1;
        }

        IEnumerable<string> found = counts.Where(token => token.Value >= minCount && !first.Contains(token.Key, StringComparer.Ordinal))
            .OrderByDescending(token => token.Value).ThenBy(token => token.Key, StringComparer.Ordinal).Select(token => token.Key);
        return new Vocabulary([.. first, .. found.Take((maxSize ?? int.MaxValue) - first.Length)], unknown);
    }

    /// <summary>The characters of a text, Unicode scalar values, in their order; what is one character beyond the first plane of Unicode
    /// stays one.</summary>
    /// <param name="text">The text, not empty.</param>
    /// <param name="unknown">A token, which comes first, for all that are not in the vocabulary; null for none.</param>
    /// <exception cref="ArgumentException">The text is null or empty.</exception>
    public static Vocabulary OfCharacters(string text, string? unknown = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        IEnumerable<string> characters = text.EnumerateRunes().Distinct().Order().Select(rune => rune.ToString());
        return new Vocabulary([.. unknown is null ? [] : (string[])[unknown], .. characters.Where(token => token != unknown)], unknown);
    }

    /// <summary>Finds a token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="index">Its index; 0 where it is not there.</param>
    /// <returns>Whether it is in the vocabulary.</returns>
    public bool TryGetIndex(ReadOnlySpan<char> token, out int index) => _lookup.TryGetValue(token, out index);

    /// <summary>The index of a token, or that of unknown ones.</summary>
    /// <param name="token">The token.</param>
    /// <exception cref="ArgumentException">The token is not in the vocabulary, which has no unknown one.</exception>
    public int IndexOf(ReadOnlySpan<char> token)
        => _lookup.TryGetValue(token, out int index)
            ? index
            : UnknownIndex ?? throw new ArgumentException(
                $"Expected one of {Count} tokens, but got '{token}', and there is none for unknown ones.", nameof(token));

    /// <summary>The indices of tokens.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <exception cref="ArgumentNullException">The tokens are null.</exception>
    /// <exception cref="ArgumentException">A token is null, or not in the vocabulary, which has no unknown one.</exception>
    public int[] Encode(IEnumerable<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return [.. NotNull(tokens).Select(token => IndexOf(token))];
    }

    /// <summary>Writes the indices of tokens, and allocates nothing.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="destination">Receives them, as many.</param>
    /// <exception cref="ArgumentException">The numbers differ; or a token is null, or not in the vocabulary, which has no unknown one, then
    /// those before it have been written.</exception>
    public void Encode(ReadOnlySpan<string> tokens, Span<int> destination)
    {
        Guard.Length(destination.Length, tokens.Length, nameof(destination), "one for each token");
        for (int i = 0; i < tokens.Length; i++)
        {
            destination[i] = IndexOf(tokens[i] ?? throw NullToken(i, nameof(tokens)));
        }
    }

    /// <summary>The indices of a text's characters.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentException">A character is not in the vocabulary, which has no unknown token.</exception>
    public int[] EncodeCharacters(ReadOnlySpan<char> text)
    {
        int[] indices = new int[text.Length];
        return indices[..EncodeCharacters(text, indices)];
    }

    /// <summary>Writes the indices of a text's characters, and allocates nothing.</summary>
    /// <param name="text">The text.</param>
    /// <param name="destination">Receives them; room for the length of the text is always enough.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="ArgumentException">A character is not in the vocabulary, which has no unknown token, or there is no room; some may
    /// have been written.</exception>
    public int EncodeCharacters(ReadOnlySpan<char> text, Span<int> destination)
    {
        int count = 0;
        for (int start = 0; start < text.Length;)
        {
            if (count == destination.Length)
            {
                throw new ArgumentException(
                    $"Expected room for the indices of all characters, but got {destination.Length}.", nameof(destination));
            }

            bool isWhole = Rune.DecodeFromUtf16(text[start..], out _, out int length) == OperationStatus.Done;
            destination[count++] = IndexOf(isWhole ? text.Slice(start, length) : Replacement);
            start += length;
        }

        return count;
    }

    /// <summary>The tokens of indices as a text.</summary>
    /// <param name="indices">The indices.</param>
    /// <param name="separator">What stands between tokens: nothing between characters, a blank between words.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is not in the vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> indices, string separator = "")
    {
        Guard.Indices(indices, 1, [], Count, nameof(indices));
        var text = new StringBuilder();
        for (int i = 0; i < indices.Length; i++)
        {
            text.Append(i > 0 ? separator : string.Empty).Append(Tokens[indices[i]]);
        }

        return text.ToString();
    }

    /// <summary>Whether a text has no half of a pair of surrogates.</summary>
    private static bool IsText(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out int length) != OperationStatus.Done)
            {
                return false;
            }

            text = text[length..];
        }

        return true;
    }

    private static IEnumerable<string> NotNull(IEnumerable<string> tokens)
        => tokens.Select((token, i) => token ?? throw NullToken(i, nameof(tokens)));

    private static ArgumentException NullToken(int index, string parameter)
        => new($"Expected tokens, but tokens[{index}] is null.", parameter);
}
