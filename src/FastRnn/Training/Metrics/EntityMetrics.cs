using System.Globalization;
using System.Text;

namespace FastRnn.Training;

/// <summary>
/// Entities in tagged sentences, such as names: an entity is found where its first and last step and its type are all right. Tags are
/// <c>B-type</c> at the first step, <c>I-type</c> at later ones, <c>O</c> outside; an <c>I-</c> behind another type or behind <c>O</c>
/// begins an entity too, as the evaluation of CoNLL-2000 reads it. Precision is found/predicted, recall found/actual, F1 their harmonic
/// mean; 0 where a denominator is 0. Of a batch's outputs the highest names the tag.
/// </summary>
/// <remarks>Source: E. F. Tjong Kim Sang and S. Buchholz, Introduction to the CoNLL-2000 shared task: chunking, CoNLL 2000.</remarks>
public sealed class EntityMetrics : ClassMetric
{
    /// <summary>Of each tag its type, or −1, and whether an entity always begins there.</summary>
    private readonly (int Type, bool Begins)[] _tags;

    /// <summary>Of each type.</summary>
    private readonly long[] _found;
    private readonly long[] _predicted;
    private readonly long[] _actual;

    /// <summary>The one that is being added.</summary>
    private Sentence _sentence = new();

    /// <param name="tags">The names of the tags, in the order of their indices.</param>
    /// <exception cref="ArgumentNullException">The names, or one of them, are null.</exception>
    /// <exception cref="ArgumentException">There is no tag, or a name is neither <c>O</c> nor begins with <c>B-</c> or <c>I-</c>.
    /// </exception>
    public EntityMetrics(IReadOnlyList<string> tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        if (tags.Count == 0)
        {
            throw new ArgumentException("Expected tags, but got none.", nameof(tags));
        }

        var types = new List<string>();
        _tags = new (int, bool)[tags.Count];
        for (int i = 0; i < tags.Count; i++)
        {
            string tag = tags[i] ?? throw new ArgumentNullException(nameof(tags), $"Expected names, but tags[{i}] is null.");
            bool isType = tag.Length > 2 && tag[0] is 'B' or 'I' && tag[1] == '-';
            if (!isType && tag != "O")
            {
                throw new ArgumentException($"Expected O, or a type behind B- or I-, but tags[{i}] is '{tag}'.", nameof(tags));
            }

            string type = isType ? tag[2..] : string.Empty;
            if (isType && !types.Contains(type))
            {
                types.Add(type);
            }

            _tags[i] = isType ? (types.IndexOf(type), tag[0] == 'B') : (-1, false);
        }

        Types = types.AsReadOnly();
        _found = new long[types.Count];
        _predicted = new long[types.Count];
        _actual = new long[types.Count];
    }

    /// <summary>The types, in the order in which the tags name them.</summary>
    public IReadOnlyList<string> Types { get; }

    /// <summary>How many entities there are in truth.</summary>
    public long Count => _actual.Sum();

    /// <summary>Found over predicted, of all types.</summary>
    public double Precision => Share(_found.Sum(), _predicted.Sum());

    /// <summary>Found over actual, of all types.</summary>
    public double Recall => Share(_found.Sum(), Count);

    /// <summary>2·found/(predicted + actual), of all types.</summary>
    public double F1 => Share(2 * _found.Sum(), _predicted.Sum() + Count);

    /// <summary>What came of one type.</summary>
    /// <param name="type">One of <see cref="Types"/>.</param>
    /// <returns>Precision, recall, F1 and how many entities there are in truth.</returns>
    /// <exception cref="ArgumentException">There is no such type.</exception>
    public (double Precision, double Recall, double F1, long Count) OfType(string type)
    {
        int index = Types.ToList().IndexOf(type);
        return index >= 0
            ? (Share(_found[index], _predicted[index]), Share(_found[index], _actual[index]),
                Share(2 * _found[index], _predicted[index] + _actual[index]), _actual[index])
            : throw new ArgumentException($"Expected one of {string.Join(", ", Types)}, but got '{type}'.", nameof(type));
    }

    /// <summary>Adds a sentence.</summary>
    /// <param name="predicted">The tag of each step, as indices.</param>
    /// <param name="actual">What they should be, as many.</param>
    /// <exception cref="ArgumentException">The numbers differ; nothing has been added.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such tag; nothing has been added.</exception>
    public void Add(ReadOnlySpan<int> predicted, ReadOnlySpan<int> actual)
    {
        Guard.Length(predicted.Length, actual.Length, nameof(predicted), "one for each of the actual tags");
        Guard.Indices(predicted, 1, [], _tags.Length, nameof(predicted));
        Guard.Indices(actual, 1, [], _tags.Length, nameof(actual));
        BeginSequence();
        for (int step = 0; step < actual.Length; step++)
        {
            _sentence.Add(this, predicted[step], actual[step]);
        }

        _sentence.End(this);
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        Array.Clear(_found);
        Array.Clear(_predicted);
        Array.Clear(_actual);
    }

    /// <summary>A line for each type with its precision, recall, F1 and number.</summary>
    public override string ToString()
    {
        int width = Types.Select(type => type.Length).Append(4).Max();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{"type".PadRight(width)} precision recall     F1  count\n");
        foreach (string type in Types)
        {
            (double precision, double recall, double f1, long count) = OfType(type);
            text.Append(
                CultureInfo.InvariantCulture, $"{type.PadRight(width)} {precision,9:0.000} {recall,6:0.000} {f1,6:0.000} {count,6}\n");
        }

        return text
            .Append(CultureInfo.InvariantCulture, $"{"all".PadRight(width)} {Precision,9:0.000} {Recall,6:0.000} {F1,6:0.000} {Count,6}")
            .ToString();
    }

    private protected override void CheckWidth(in MetricBatch batch) => batch.RequireWidth(_tags.Length);

    private protected override void AddTarget(ReadOnlySpan<float> outputs, int target)
        => _sentence.Add(this, ConfusionMatrix.HighestOf(outputs), target);

    private protected override void BeginSequence() => _sentence = new Sentence();

    private protected override void EndSequence() => _sentence.End(this);

    private static double Share(long part, long whole) => whole > 0 ? (double)part / whole : 0;

    /// <summary>The entities of a sentence, step by step: those that are open in what was predicted and in truth, and whether both have
    /// begun together.</summary>
    private struct Sentence()
    {
        private int _predicted = -1;
        private int _actual = -1;
        private bool _isTogether;

        internal void Add(EntityMetrics metrics, int predicted, int actual)
        {
            (int predictedType, bool predictedBegins) = metrics._tags[predicted];
            (int actualType, bool actualBegins) = metrics._tags[actual];
            Step(
                metrics, predictedType, predictedBegins || predictedType != _predicted, actualType,
                actualBegins || actualType != _actual);
        }

        internal void End(EntityMetrics metrics) => Step(metrics, -1, true, -1, true);

        private void Step(EntityMetrics metrics, int predictedType, bool predictedChanges, int actualType, bool actualChanges)
        {
            if (_isTogether && (predictedChanges || actualChanges))
            {
                metrics._found[_actual] += predictedChanges && actualChanges ? 1 : 0;
                _isTogether = false;
            }

            if (predictedChanges && predictedType >= 0)
            {
                metrics._predicted[predictedType]++;
            }

            if (actualChanges && actualType >= 0)
            {
                metrics._actual[actualType]++;
            }

            _isTogether |= predictedChanges && actualChanges && predictedType == actualType && actualType >= 0;
            (_predicted, _actual) = (predictedType, actualType);
        }
    }
}
