namespace FastRnn.Baselines.Markov;

/// <summary>
/// The symbol of each word: frequent words have one of their own, all others that of their class, which is a shape (digits, capitals and so
/// on), with the last letters too where enough rare words share them.
/// </summary>
internal sealed class WordVocabulary
{
    /// <summary>A class with last letters needs so many occurrences of rare words; below that the shape alone is the class.</summary>
    private const int LeastClassCount = 3;

    private static readonly string[] Shapes = ["symbols", "number", "digits", "upper", "capital", "mixed", "lower"];

    private readonly Dictionary<string, int> _words = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _classes = new(StringComparer.Ordinal);
    private readonly int _suffixLength;

    internal WordVocabulary(IEnumerable<string> words, int rareCount, int suffixLength)
    {
        _suffixLength = suffixLength;
        foreach (string shape in Shapes)
        {
            _classes.Add(shape, Count);
        }

        var classCounts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (IGrouping<string, string> word in words.GroupBy(word => word, StringComparer.Ordinal))
        {
            int count = word.Count();
            if (count > rareCount)
            {
                _words.Add(word.Key, Count);
            }
            else
            {
                string name = ClassWithSuffix(word.Key);
                classCounts[name] = classCounts.GetValueOrDefault(name) + count;
            }
        }

        foreach ((string name, int count) in classCounts)
        {
            if (count >= LeastClassCount && !_classes.ContainsKey(name))
            {
                _classes.Add(name, Count);
            }
        }
    }

    /// <summary>The number of symbols.</summary>
    internal int Count => _words.Count + _classes.Count;

    internal bool Knows(string word) => _words.ContainsKey(word);

    internal int SymbolOf(string word)
        => _words.TryGetValue(word, out int symbol) || _classes.TryGetValue(ClassWithSuffix(word), out symbol)
            ? symbol
            : _classes[Shape(word)];

    private static string Shape(string word)
    {
        bool hasDigit = word.Any(char.IsDigit), hasUpper = word.Any(char.IsUpper), hasLower = word.Any(char.IsLower);
        return (hasDigit, word.Any(char.IsLetter)) switch
        {
            (false, false) => "symbols",
            (true, false) => "number",
            (true, true) => "digits",
            _ when hasUpper && !hasLower && word.Length > 1 => "upper",
            _ when char.IsUpper(word[0]) && !word.AsSpan(1).ContainsAnyInRange('A', 'Z') => "capital",
            _ when hasUpper => "mixed",
            _ => "lower",
        };
    }

    private string ClassWithSuffix(string word)
    {
        string shape = Shape(word);
        return _suffixLength > 0 && word.Length > _suffixLength && word.Any(char.IsLetter)
            ? $"{shape} {word[^_suffixLength..].ToLowerInvariant()}"
            : shape;
    }
}
