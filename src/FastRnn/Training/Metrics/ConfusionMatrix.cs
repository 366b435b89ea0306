using System.Globalization;
using System.Numerics.Tensors;
using System.Text;

namespace FastRnn.Training;

/// <summary>
/// How often each class was taken for each class. Of a class c with tp hits, fp other ones taken for it and fn of its own taken for
/// others: precision tp/(tp + fp), recall tp/(tp + fn), F1 = 2·tp/(2·tp + fp + fn); 0 where the denominator is 0. Of a batch's outputs the
/// highest names the class, the first of several; a NaN among them is refused.
/// </summary>
public sealed class ConfusionMatrix : ClassMetric
{
    private readonly long[] _counts;
    private readonly IReadOnlyList<string>? _names;

    /// <param name="classes">The number of classes, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no class, or more than an array can hold pairs of.</exception>
    public ConfusionMatrix(int classes)
    {
        const int Largest = 1 << 15;
        if (classes is < 1 or > Largest)
        {
            throw new ArgumentOutOfRangeException(nameof(classes), classes, $"Expected 1 to {Largest} classes, but got {classes}.");
        }

        Classes = classes;
        _counts = new long[classes * classes];
    }

    /// <param name="names">The names of the classes, at least one.</param>
    /// <exception cref="ArgumentNullException">The names, or one of them, are null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no class, or more than an array can hold pairs of.</exception>
    public ConfusionMatrix(IReadOnlyList<string> names)
        : this((names ?? throw new ArgumentNullException(nameof(names))).Count)
        => _names = [.. names.Select((name, i)
            => name ?? throw new ArgumentNullException(nameof(names), $"Expected names, but names[{i}] is null."))];

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>How many there were.</summary>
    public long Count { get; private set; }

    /// <summary>The share of hits, which is also the micro-averaged precision, recall and F1: of all classes together every miss is one fp
    /// and one fn. NaN before anything was added.</summary>
    public double Accuracy => (double)Sum(Classes, c => this[c, c]) / Count;

    /// <summary>The mean of all classes' precision, each class alike; also of those that never came, whose precision is 0.</summary>
    public double MacroPrecision => Macro(Precision);

    /// <summary>The mean of all classes' recall, each class alike; also of those that never came, whose recall is 0.</summary>
    public double MacroRecall => Macro(Recall);

    /// <summary>The mean of all classes' F1, each class alike; also of those that never came, whose F1 is 0.</summary>
    public double MacroF1 => Macro(F1);

    /// <summary>The mean of all classes' precision, each by how often it came; NaN before anything was added.</summary>
    public double WeightedPrecision => Weighted(Precision);

    /// <summary>The mean of all classes' recall, each by how often it came: the accuracy. NaN before anything was added.</summary>
    public double WeightedRecall => Weighted(Recall);

    /// <summary>The mean of all classes' F1, each by how often it came; NaN before anything was added.</summary>
    public double WeightedF1 => Weighted(F1);

    /// <summary>How often a class was taken for a class.</summary>
    /// <param name="actual">What it was.</param>
    /// <param name="predicted">What it was taken for.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public long this[int actual, int predicted]
    {
        get
        {
            Guard.Index(actual, Classes, nameof(actual));
            Guard.Index(predicted, Classes, nameof(predicted));
            return _counts[actual * Classes + predicted];
        }
    }

    /// <summary>Adds one.</summary>
    /// <param name="predicted">What it is taken for.</param>
    /// <param name="actual">What it is.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class; nothing has been added.</exception>
    public void Add(int predicted, int actual)
    {
        Guard.Index(predicted, Classes, nameof(predicted));
        Guard.Index(actual, Classes, nameof(actual));
        _counts[actual * Classes + predicted]++;
        Count++;
    }

    /// <summary>How often a class came.</summary>
    /// <param name="actual">The class.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public long Support(int actual) => Sum(Classes, predicted => this[actual, predicted]);

    /// <summary>tp/(tp + fp), how many of those that were taken for a class are of it.</summary>
    /// <param name="predicted">The class.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public double Precision(int predicted) => Share(this[predicted, predicted], Sum(Classes, actual => this[actual, predicted]));

    /// <summary>tp/(tp + fn), how many of a class were found.</summary>
    /// <param name="actual">The class.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public double Recall(int actual) => Share(this[actual, actual], Support(actual));

    /// <summary>The harmonic mean of precision and recall.</summary>
    /// <param name="index">The class.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public double F1(int index)
        => Share(2 * this[index, index], Support(index) + Sum(Classes, actual => this[actual, index]));

    /// <inheritdoc/>
    public override void Reset()
    {
        Array.Clear(_counts);
        Count = 0;
    }

    /// <summary>A line for each class with its precision, recall, F1 and number.</summary>
    public override string ToString()
    {
        int width = Math.Max(5, Enumerable.Range(0, Classes).Max(c => NameOf(c).Length));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{"class".PadRight(width)} precision recall     F1  count\n");
        for (int c = 0; c < Classes; c++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{NameOf(c).PadRight(width)} {Precision(c),9:0.000} {Recall(c),6:0.000} {F1(c),6:0.000} {Support(c),6}\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"{"all".PadRight(width)} accuracy {Accuracy:0.000}, macro F1 {MacroF1:0.000}")
            .ToString();
    }

    private protected override void CheckWidth(in MetricBatch batch) => batch.RequireWidth(Classes);

    private protected override void AddTarget(ReadOnlySpan<float> outputs, int target) => Add(HighestOf(outputs), target);

    /// <summary>The class of the highest output.</summary>
    internal static int HighestOf(ReadOnlySpan<float> outputs, string parameter = "outputs")
    {
        int highest = TensorPrimitives.IndexOfMax(outputs);
        return !float.IsNaN(outputs[highest])
            ? highest
            : throw new ArgumentOutOfRangeException(parameter, float.NaN, "Expected outputs to compare, but one is NaN.");
    }

    private double Macro(Func<int, double> share) => Enumerable.Range(0, Classes).Average(share);

    private double Weighted(Func<int, double> share) => Enumerable.Range(0, Classes).Sum(c => Support(c) * share(c)) / Count;

    private string NameOf(int index) => _names?[index] ?? index.ToString(CultureInfo.InvariantCulture);

    private static double Share(long part, long whole) => whole > 0 ? (double)part / whole : 0;

    private static long Sum(int count, Func<int, long> term)
    {
        long sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += term(i);
        }

        return sum;
    }
}
