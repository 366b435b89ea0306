using System.Runtime.InteropServices;

namespace FastRnn.Training;

/// <summary>
/// Sequences in memory with their targets, of any lengths, from which batches are made. Parts of a set, such as those of
/// <see cref="Split(double, int)"/>, share its memory.
/// </summary>
public sealed class SequenceSet
{
    private readonly Storage _storage;
    private readonly List<Entry> _entries = [];

    /// <summary>A set without sequences.</summary>
    /// <param name="layout">What each step has.</param>
    /// <exception cref="ArgumentNullException">The layout is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 0.</exception>
    public SequenceSet(SequenceLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentOutOfRangeException.ThrowIfNegative(layout.InputSize, nameof(layout));
        ArgumentOutOfRangeException.ThrowIfNegative(layout.TargetSize, nameof(layout));
        Layout = layout;
        _storage = new Storage();
    }

    private SequenceSet(SequenceLayout layout, Storage storage, IEnumerable<Entry> entries)
    {
        Layout = layout;
        _storage = storage;
        _entries.AddRange(entries);
    }

    /// <summary>What each step has.</summary>
    public SequenceLayout Layout { get; }

    /// <summary>The number of sequences.</summary>
    public int Count => _entries.Count;

    /// <summary>The steps of all sequences together.</summary>
    public long TotalSteps => _entries.Sum(entry => (long)entry.Steps);

    /// <summary>The steps of the longest sequence; 0 in an empty set.</summary>
    public int LongestSteps => _entries.Count == 0 ? 0 : _entries.Max(entry => entry.Steps);

    /// <summary>Whether any targets have weights.</summary>
    internal bool HasWeights => _entries.Exists(entry => entry.Weight >= 0);

    /// <summary>A set for a trainer's network and loss.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <exception cref="ArgumentNullException">The trainer is null.</exception>
    public static SequenceSet For(RnnTrainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        return new SequenceSet(SequenceLayout.Of(trainer.Spec, trainer.Loss));
    }

    /// <summary>Adds a sequence, which is copied.</summary>
    /// <param name="inputs">[T, I], or indices [T], or, of several inputs, indices [T, K] and values [T, V]; T follows from it.</param>
    /// <param name="targets">[T, target size], or class indices [T]; of one target for a sequence [target size] or [1].</param>
    /// <param name="weights">How much each target counts, one for each, at least 0; empty for 1 throughout.</param>
    /// <exception cref="ArgumentException">There are values where indices are expected or the other way round, or a count does not fit.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is not finite, an index is below 0 or not in the vocabulary, or a weight is
    /// below 0.</exception>
    public void Add(SequenceData inputs, SequenceData targets, ReadOnlySpan<float> weights = default)
        => Add(inputs, targets, weights, nameof(inputs));

    /// <summary>T of a sequence.</summary>
    /// <param name="index">From 0 to Count − 1.</param>
    public int GetSteps(int index) => _entries[index].Steps;

    /// <summary>The inputs of a sequence.</summary>
    /// <param name="index">From 0 to Count − 1.</param>
    public SequenceData GetInputs(int index)
        => Layout.BesideWidth > 0
            ? new SequenceData(MemoryMarshal.Cast<float, int>(InputsOf(index)), BesideOf(index))
            : Data(InputsOf(index), Layout.TakesIndices);

    /// <summary>The targets of a sequence.</summary>
    /// <param name="index">From 0 to Count − 1.</param>
    public SequenceData GetTargets(int index)
        => Data(
            _storage.Targets.AsSpan(_entries[index].Target, Layout.TargetsOf(_entries[index].Steps) * Layout.TargetWidth),
            Layout.TargetSize == 0);

    /// <summary>The weights of a sequence's targets; empty where all are 1.</summary>
    /// <param name="index">From 0 to Count − 1.</param>
    public ReadOnlySpan<float> GetWeights(int index)
        => _entries[index].Weight < 0
            ? []
            : _storage.Weights.AsSpan(_entries[index].Weight, Layout.TargetsOf(_entries[index].Steps));

    /// <summary>Two parts, drawn at random.</summary>
    /// <param name="share">The share of the second part; above 0, below 1.</param>
    /// <param name="seed">The same seed gives the same parts.</param>
    /// <returns>The first part, of the larger share usually, and the second one.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The share is out of its range.</exception>
    /// <exception cref="InvalidOperationException">A part would be empty.</exception>
    public (SequenceSet First, SequenceSet Second) Split(double share, int seed)
    {
        int[] order = [.. Enumerable.Range(0, Count)];
        new Random(seed).Shuffle(order);
        int second = SecondCount(share);
        bool[] isSecond = new bool[Count];
        foreach (int index in order.AsSpan(0, second))
        {
            isSecond[index] = true;
        }

        return Split(index => isSecond[index]);
    }

    /// <summary>Two parts in the order of the sequences: the last ones are the second part, as for data in the order of time.</summary>
    /// <inheritdoc cref="Split(double, int)"/>
    public (SequenceSet First, SequenceSet Second) SplitInOrder(double share)
    {
        int first = Count - SecondCount(share);
        return Split(index => index >= first);
    }

    /// <summary>Two parts as a function says, such as by the group or the speaker that a sequence is of.</summary>
    /// <param name="isSecond">Whether the sequence of an index belongs to the second part.</param>
    /// <returns>Both parts.</returns>
    /// <exception cref="ArgumentNullException">The function is null.</exception>
    /// <exception cref="InvalidOperationException">A part would be empty.</exception>
    public (SequenceSet First, SequenceSet Second) Split(Func<int, bool> isSecond)
    {
        ArgumentNullException.ThrowIfNull(isSecond);
        var parts = new SequenceSet[2];
        bool[] seconds = [.. Enumerable.Range(0, Count).Select(isSecond)];
        for (int part = 0; part < 2; part++)
        {
            parts[part] = new SequenceSet(Layout, _storage, _entries.Where((_, index) => seconds[index] == (part == 1)));
            if (parts[part].Count == 0)
            {
                throw new InvalidOperationException(
                    $"Expected sequences in both parts, but the {(part == 0 ? "first" : "second")} one of {Count} would be empty.");
            }
        }

        return (parts[0], parts[1]);
    }

    /// <summary>As the public one, with another name for the inputs.</summary>
    internal void Add(SequenceData inputs, SequenceData targets, ReadOnlySpan<float> weights, string parameter)
        => _entries.Add(_storage.Add(Check(inputs, targets, weights, parameter), inputs, targets.Values, weights));

    /// <summary>Refuses what can't be added; returns the steps.</summary>
    internal int Check(
        SequenceData inputs, SequenceData targets, ReadOnlySpan<float> weights, string parameter = "inputs")
    {
        Kind(inputs, Layout.TakesIndices, parameter);
        int steps = inputs.Values.Length / Layout.InputWidth;
        if (steps == 0 || steps * Layout.InputWidth != inputs.Values.Length || steps * Layout.BesideWidth != inputs.Beside.Length)
        {
            string beside = Layout.BesideWidth > 0 ? $" and {Layout.BesideWidth}" : string.Empty;
            string got = inputs.Beside.IsEmpty ? string.Empty : $" and {inputs.Beside.Length}";
            throw new ArgumentException(
                $"Expected at least one step of {Layout.InputWidth}{beside} values, but got {inputs.Values.Length}{got} values.",
                parameter);
        }

        Finite(inputs.IsIndices ? inputs.Beside : inputs.Values, parameter);
        if (Layout.Several is { } several)
        {
            InputsGuard.Check(several, inputs, new() { Steps = steps, Sequences = 1 }, parameter, parameter);
        }
        else if (Layout.Vocabulary > 0)
        {
            Guard.Indices(inputs.Indices, 1, [], Layout.Vocabulary, parameter);
        }

        CheckTargets(targets, weights, Layout.TargetsOf(steps));
        return steps;
    }

    private void CheckTargets(SequenceData targets, ReadOnlySpan<float> weights, int count)
    {
        if (Layout.HasTargets)
        {
            Kind(targets, Layout.TargetSize == 0, nameof(targets));
        }

        Guard.Length(targets.Length, count * Layout.TargetWidth, nameof(targets), Layout.HasOneTarget ? "one target" : "[T] targets");
        Finite(targets.IsIndices ? [] : targets.Values, nameof(targets));
        if (!weights.IsEmpty)
        {
            Guard.Length(weights.Length, count, nameof(weights), "one for each target");
            TrainingGuard.Weights(weights);
        }
    }

    /// <summary>The indices, or the values where there are none.</summary>
    internal Span<float> InputsOf(int index)
        => _storage.Inputs.AsSpan(_entries[index].Input, _entries[index].Steps * Layout.InputWidth);

    /// <summary>The values beside indices.</summary>
    internal Span<float> BesideOf(int index)
        => _storage.Beside.AsSpan(_entries[index].Beside, _entries[index].Steps * Layout.BesideWidth);

    private int SecondCount(double share)
        => share is > 0 and < 1
            ? (int)Math.Round(share * Count)
            : throw new ArgumentOutOfRangeException(nameof(share), share, "Expected a value above 0 and below 1.");

    private static SequenceData Data(Span<float> values, bool isIndices)
        => isIndices ? MemoryMarshal.Cast<float, int>(values) : values;

    private static void Kind(SequenceData data, bool isIndices, string name)
    {
        if (data.IsIndices != isIndices)
        {
            string expected = isIndices ? "indices (int)" : "values (float)";
            throw new ArgumentException($"Expected {expected}, but got {data.Describe()}.", name);
        }
    }

    private static void Finite(ReadOnlySpan<float> values, string name)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                throw new ArgumentOutOfRangeException(
                    name, values[i], FormattableString.Invariant($"Expected finite values, but {name}[{i}] is {values[i]}."));
            }
        }
    }

    /// <summary>Where a sequence's values begin; the weights' place is −1 where there are none.</summary>
    private readonly record struct Entry(int Steps, int Input, int Beside, int Target, int Weight);

    /// <summary>The values of all sequences, one behind the other, which only grow.</summary>
    private sealed class Storage
    {
        private int _inputs, _beside, _targets, _weights;

        internal float[] Inputs { get; private set; } = [];

        internal float[] Beside { get; private set; } = [];

        internal float[] Targets { get; private set; } = [];

        internal float[] Weights { get; private set; } = [];

        internal Entry Add(int steps, SequenceData inputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights)
        {
            var entry = new Entry(steps, _inputs, _beside, _targets, weights.IsEmpty ? -1 : _weights);
            Inputs = Append(Inputs, ref _inputs, inputs.Values);
            Beside = Append(Beside, ref _beside, inputs.Beside);
            Targets = Append(Targets, ref _targets, targets);
            Weights = Append(Weights, ref _weights, weights);
            return entry;
        }

        private static float[] Append(float[] array, ref int count, ReadOnlySpan<float> values)
        {
            int needed = checked(count + values.Length);
            if (needed > array.Length)
            {
                Array.Resize(ref array, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * array.Length)));
            }

            values.CopyTo(array.AsSpan(count));
            count = needed;
            return array;
        }
    }
}
