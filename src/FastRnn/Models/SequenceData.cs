using System.Runtime.InteropServices;

namespace FastRnn;

/// <summary>
/// A span of values or of indices: the inputs of a network, or the targets of its training. Spans and arrays of float and int convert
/// to it by themselves.
/// </summary>
public readonly ref struct SequenceData
{
    private SequenceData(ReadOnlySpan<float> values, bool isIndices)
    {
        Values = values;
        IsIndices = isIndices;
    }

    /// <summary>Whether these are indices.</summary>
    public bool IsIndices { get; }

    /// <summary>How many values or indices there are.</summary>
    public int Length => Values.Length;

    /// <summary>The values, or the bits of the indices as those of floats.</summary>
    internal ReadOnlySpan<float> Values { get; }

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

    /// <summary>What these are, for messages.</summary>
    internal string Describe() => IsIndices ? "indices (int)" : "values (float)";
}
