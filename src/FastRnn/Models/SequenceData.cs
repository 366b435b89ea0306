using System.Runtime.InteropServices;

namespace FastRnn;

/// <summary>
/// A span of values or of indices, or one of each: the inputs of a network, or the targets of its training. Spans and arrays of float and
/// int convert to it by themselves.
/// </summary>
public readonly ref struct SequenceData
{
    private SequenceData(ReadOnlySpan<float> values, bool isIndices, ReadOnlySpan<float> beside = default)
    {
        Values = values;
        IsIndices = isIndices;
        Beside = beside;
    }

    /// <summary>Indices and values together, for a network with several inputs (<see cref="RnnSpec.ForInputs"/>).</summary>
    /// <param name="indices">[T, N, K]: at each step those of all inputs in their order, of a sequence within a step as many as its longest
    /// has, −1 behind the last one.</param>
    /// <param name="values">[T, N, V]: at each step those of all inputs in their order.</param>
    public SequenceData(ReadOnlySpan<int> indices, ReadOnlySpan<float> values)
        : this(MemoryMarshal.Cast<int, float>(indices), isIndices: true, values)
    {
    }

    /// <summary>Whether these are indices, with or without values beside them.</summary>
    public bool IsIndices { get; }

    /// <summary>How many values and indices there are.</summary>
    public int Length => Values.Length + Beside.Length;

    /// <summary>The values, or the bits of the indices as those of floats.</summary>
    internal ReadOnlySpan<float> Values { get; }

    /// <summary>The values beside indices.</summary>
    internal ReadOnlySpan<float> Beside { get; }

    /// <summary>The indices.</summary>
    internal ReadOnlySpan<int> Indices => MemoryMarshal.Cast<float, int>(Values);

    /// <summary>Values.</summary>
    /// <param name="values">Any number.</param>
    public static implicit operator SequenceData(ReadOnlySpan<float> values) => new(values, false);

    /// <inheritdoc cref="op_Implicit(ReadOnlySpan{float})"/>
    public static implicit operator SequenceData(Span<float> values) => new(values, false);

    /// <inheritdoc cref="op_Implicit(ReadOnlySpan{float})"/>
    public static implicit operator SequenceData(float[]? values) => new(values, false);

    /// <summary>Indices.</summary>
    /// <param name="indices">Any number.</param>
    public static implicit operator SequenceData(ReadOnlySpan<int> indices) => new(MemoryMarshal.Cast<int, float>(indices), true);

    /// <inheritdoc cref="op_Implicit(ReadOnlySpan{int})"/>
    public static implicit operator SequenceData(Span<int> indices) => (ReadOnlySpan<int>)indices;

    /// <inheritdoc cref="op_Implicit(ReadOnlySpan{int})"/>
    public static implicit operator SequenceData(int[]? indices) => (ReadOnlySpan<int>)indices;

    /// <summary>Whether another buffer shares memory with these.</summary>
    internal bool Overlaps(ReadOnlySpan<float> other) => Values.Overlaps(other) || Beside.Overlaps(other);

    /// <summary>What these are, for messages.</summary>
    internal string Describe()
        => !IsIndices ? "values (float)" : Beside.IsEmpty ? "indices (int)" : "indices (int) and values (float)";
}
