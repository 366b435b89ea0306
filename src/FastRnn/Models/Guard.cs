using System.Runtime.CompilerServices;
using FastRnn.Memory;

namespace FastRnn;

/// <summary>The checks of the public edge: each names the parameter, what was expected and what came.</summary>
internal static class Guard
{
    /// <summary>The most values that a buffer holds: an array's, less what aligning it takes.</summary>
    internal static readonly int LargestBuffer = Array.MaxLength - 2 * AlignedBuffer.LineLength;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Length(int actual, int expected, string parameter, string shape)
    {
        if (actual != expected)
        {
            ThrowLength(actual, expected, parameter, shape);
        }
    }

    /// <summary>[T, N, F] as a length; refuses what an array can't hold.</summary>
    internal static int SequenceLength(int steps, int sequences, int features, string parameter)
    {
        Int128 length = (Int128)steps * sequences * features;
        return length <= LargestBuffer
            ? (int)length
            : throw TooLarge(
                parameter, length,
                $"{nameof(BatchShape.Steps)} {steps} × {nameof(BatchShape.Sequences)} {sequences} × {features} is {length}");
    }

    /// <summary>One index within the vocabulary.</summary>
    internal static void Index(int index, int vocabulary, string parameter)
    {
        if ((uint)index >= (uint)vocabulary)
        {
            throw new ArgumentOutOfRangeException(parameter, index, $"Expected an index from 0 to {vocabulary - 1}, but got {index}.");
        }
    }

    /// <summary>Indices within the vocabulary up to each sequence's end.</summary>
    internal static void Indices(
        ReadOnlySpan<int> indices, int batch, ReadOnlySpan<int> lengths, int vocabulary, string parameter)
    {
        for (int i = 0; i < indices.Length; i++)
        {
            if ((uint)indices[i] >= (uint)vocabulary && (lengths.IsEmpty || i / batch < lengths[i % batch]))
            {
                throw new ArgumentOutOfRangeException(
                    parameter, indices[i], $"Expected indices from 0 to {vocabulary - 1}, but {parameter}[{i}] is {indices[i]}.");
            }
        }
    }

    internal static void Overlap(bool overlaps, string first, string second)
    {
        if (overlaps)
        {
            throw new ArgumentException($"Expected memory apart from '{second}', but '{first}' overlaps it.", first);
        }
    }

    /// <summary>What to throw for a size for which a buffer would have to hold more than <see cref="LargestBuffer"/>.</summary>
    internal static ArgumentOutOfRangeException TooLarge(string parameter, object value, string what)
        => new(parameter, value, $"Expected at most {LargestBuffer} values in a buffer, but {what}.");

    private static void ThrowLength(int actual, int expected, string parameter, string shape)
        => throw new ArgumentException($"Expected {shape} = {expected} values, but got {actual}.", parameter);
}
