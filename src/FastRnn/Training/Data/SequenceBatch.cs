using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastRnn.Kernels;

namespace FastRnn.Training;

/// <summary>
/// A batch that is filled again and again: buffers grow to the largest batch and then stay. <see cref="Resize"/> first, then fill.
/// </summary>
public sealed class SequenceBatch
{
    private float[] _inputs = [];
    private float[] _beside = [];
    private float[] _targets = [];
    private float[] _weights = [];
    private int[] _lengths = [];

    /// <summary>A batch without sequences.</summary>
    /// <param name="layout">What each step has.</param>
    /// <exception cref="ArgumentNullException">The layout is null.</exception>
    public SequenceBatch(SequenceLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Layout = layout;
    }

    /// <summary>What each step has.</summary>
    public SequenceLayout Layout { get; }

    /// <summary>T, the steps of the longest sequence.</summary>
    public int Steps { get; private set; }

    /// <summary>N, the number of sequences.</summary>
    public int Sequences { get; private set; }

    /// <summary>Whether the batch goes on where the one before it ended, with the state that its sequences had there.</summary>
    public bool Continues { get; set; }

    /// <summary>Whether targets have weights; then <see cref="Weights"/> are to be filled.</summary>
    public bool HasWeights { get; private set; }

    /// <summary>x [T, N, I], where inputs are values, or the values [T, N, V] of several inputs.</summary>
    public Span<float> InputValues => Layout.TakesIndices ? AllBeside : AllInputs;

    /// <summary>x [T, N], where inputs are indices, or the indices [T, N, K] of several inputs.</summary>
    public Span<int> InputIndices => Layout.TakesIndices ? MemoryMarshal.Cast<float, int>(AllInputs) : [];

    /// <summary>y [T, N, target size] or, one for each sequence, [N, target size], where targets are values.</summary>
    public Span<float> TargetValues => Layout.TargetSize == 0 ? [] : AllTargets;

    /// <summary>y [T, N] or [N], where targets are class indices.</summary>
    public Span<int> TargetIndices => Layout.TargetSize == 0 ? MemoryMarshal.Cast<float, int>(AllTargets) : [];

    /// <summary>How much each target counts, [T, N] or [N]; empty where all count 1.</summary>
    public Span<float> Weights => HasWeights ? _weights.AsSpan(0, TargetRows) : [];

    /// <summary>How many steps each sequence has, [N].</summary>
    public Span<int> Lengths => _lengths.AsSpan(0, Sequences);

    /// <summary>The inputs, for a trainer.</summary>
    public SequenceData Inputs
        => Layout.BesideWidth > 0 ? new SequenceData(InputIndices, InputValues) : Layout.TakesIndices ? InputIndices : InputValues;

    /// <summary>The targets, for a trainer.</summary>
    public SequenceData Targets => Layout.TargetSize == 0 ? TargetIndices : TargetValues;

    /// <summary>The shape, for a trainer; without lengths where all are T.</summary>
    public BatchShape Shape => new() { Steps = Steps, Sequences = Sequences, Lengths = AreAllWhole() ? [] : Lengths };

    private Span<float> AllInputs => _inputs.AsSpan(0, Steps * Sequences * Layout.InputWidth);

    private Span<float> AllBeside => _beside.AsSpan(0, Steps * Sequences * Layout.BesideWidth);

    private Span<float> AllTargets => _targets.AsSpan(0, TargetRows * Layout.TargetWidth);

    /// <summary>How many targets there are, those of padding too.</summary>
    internal int TargetRows => Layout.TargetsOf(Steps) * Sequences;

    /// <summary>Makes room for a batch, cleared, whose sequences all have T steps until <see cref="Lengths"/> say otherwise.</summary>
    /// <param name="steps">T; at least 1.</param>
    /// <param name="sequences">N; at least 1.</param>
    /// <param name="hasWeights">Whether targets have weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1, or a buffer can't hold so much.</exception>
    public void Resize(int steps, int sequences, bool hasWeights = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(sequences, 1);
        int widest = Math.Max(Math.Max(Layout.InputWidth, Layout.BesideWidth), Layout.TargetWidth);
        Guard.SequenceLength(steps, sequences, widest, nameof(steps));
        Steps = steps;
        Sequences = sequences;
        HasWeights = hasWeights;
        Continues = false;
        Grow(ref _inputs, steps * sequences * Layout.InputWidth);
        Grow(ref _beside, steps * sequences * Layout.BesideWidth);
        Grow(ref _targets, TargetRows * Layout.TargetWidth);
        Grow(ref _weights, hasWeights ? TargetRows : 0);
        Grow(ref _lengths, sequences);
        AllInputs.Clear();
        AllBeside.Clear();
        AllTargets.Clear();
        Weights.Clear();
        Lengths.Fill(steps);
    }

    /// <summary>Refuses a batch of another layout than its source has.</summary>
    internal static void Require(SequenceBatch batch, SequenceLayout layout)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Layout != layout)
        {
            throw new ArgumentException($"Expected a batch of the layout {layout}, but got {batch.Layout}.", nameof(batch));
        }
    }

    /// <summary>Exchanges what both have.</summary>
    internal void Exchange(SequenceBatch other)
    {
        (_inputs, other._inputs) = (other._inputs, _inputs);
        (_beside, other._beside) = (other._beside, _beside);
        (_targets, other._targets) = (other._targets, _targets);
        (_weights, other._weights) = (other._weights, _weights);
        (_lengths, other._lengths) = (other._lengths, _lengths);
        (Steps, other.Steps) = (other.Steps, Steps);
        (Sequences, other.Sequences) = (other.Sequences, Sequences);
        (HasWeights, other.HasWeights) = (other.HasWeights, HasWeights);
        (Continues, other.Continues) = (other.Continues, Continues);
    }

    /// <summary>Fills the batch with whole sequences; without any it stays as it is.</summary>
    internal void Fill(SequenceSet set, ReadOnlySpan<int> sequences, bool hasWeights)
    {
        int steps = 0;
        foreach (int sequence in sequences)
        {
            steps = Math.Max(steps, set.GetSteps(sequence));
        }

        if (steps > 0)
        {
            Resize(steps, sequences.Length, hasWeights);
        }

        for (int i = 0; i < sequences.Length; i++)
        {
            Copy(set, sequences[i], 0, set.GetSteps(sequences[i]), i);
        }
    }

    /// <summary>Copies a part of a sequence into one of the batch, which then ends behind it.</summary>
    /// <param name="set">where the sequence is</param>
    /// <param name="index">which one</param>
    /// <param name="start">its first step</param>
    /// <param name="count">how many steps</param>
    /// <param name="to">the sequence of the batch</param>
    /// <param name="at">the step of the batch</param>
    internal void Copy(SequenceSet set, int index, int start, int count, int to, int at = 0)
    {
        CopyRows(set.InputsOf(index), start, count, Layout.InputWidth, to, at, _inputs);
        CopyRows(set.BesideOf(index), start, count, Layout.BesideWidth, to, at, _beside);
        int firstTarget = Layout.HasOneTarget ? 0 : start, targets = Layout.TargetsOf(count);
        CopyRows(set.GetTargets(index).Values, firstTarget, targets, Layout.TargetWidth, to, at, _targets);
        if (HasWeights)
        {
            ReadOnlySpan<float> weights = set.GetWeights(index);
            for (int step = 0; step < targets; step++)
            {
                _weights[(at + step) * Sequences + to] = weights.IsEmpty ? 1 : weights[firstTarget + step];
            }
        }

        _lengths[to] = at + count;
    }

    /// <summary>Copies rows of a sequence, one behind the other, to the rows of its place. References instead of spans: of short rows their
    /// slicing would take most of the time.</summary>
    [MethodImpl(JitOptions.Loop)]
    private void CopyRows(ReadOnlySpan<float> source, int start, int count, int width, int to, int at, Span<float> destination)
    {
        int distance = Sequences * width, first = at * distance + to * width;
        if (count == 0 || width == 0)
        {
            return;
        }

        ref float from = ref MemoryMarshal.GetReference(source.Slice(start * width, count * width));
        ref float into = ref MemoryMarshal.GetReference(destination.Slice(first, (count - 1) * distance + width));
        for (int step = 0; step < count; step++)
        {
            VectorCopy.Copy(ref Unsafe.Add(ref from, step * width), ref Unsafe.Add(ref into, step * distance), width);
        }
    }

    private bool AreAllWhole() => !Lengths.ContainsAnyExcept(Steps);

    private static void Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            array = new T[(int)Math.Min(Array.MaxLength, Math.Max(length, array.Length * 3L / 2))];
        }
    }
}
