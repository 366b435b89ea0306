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
    internal static int SequenceLength(int steps, int batch, int features)
    {
        Int128 length = (Int128)steps * batch * features;
        return length <= LargestBuffer
            ? (int)length
            : throw TooLarge(nameof(steps), steps, $"steps {steps} × batch {batch} × {features} is {length}");
    }

    /// <summary>Inputs that a batch of a spec can have: their kind, their count, their lengths, and indices within the vocabulary.</summary>
    internal static void Inputs(RnnSpec spec, SequenceData inputs, int steps, int batch, ReadOnlySpan<int> lengths)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        Lengths(lengths, steps, batch);
        bool isOne = spec.Shape == SequenceShape.OneToMany;
        if (isOne && inputs.Length == 0)
        {
            return;
        }

        Kind(spec, inputs, nameof(inputs));
        int width = spec.TakesIndices ? 1 : spec.InputSize;
        string shape = (isOne, spec.TakesIndices) switch
        {
            (false, false) => "[T, N, I]",
            (false, true) => "[T, N]",
            (true, false) => "[N, I]",
            (true, true) => "[N]",
        };
        int inputSteps = isOne ? 1 : steps;
        Length(inputs.Length, SequenceLength(inputSteps, batch, width), nameof(inputs), shape);
        if (spec.TakesIndices)
        {
            Indices(inputs.Indices, batch, isOne ? [] : lengths, spec.InputSize, nameof(inputs));
        }
    }

    /// <summary>One index within the vocabulary.</summary>
    internal static void Index(int index, int vocabulary, string parameter)
    {
        if ((uint)index >= (uint)vocabulary)
        {
            throw new ArgumentOutOfRangeException(parameter, index, $"Expected an index from 0 to {vocabulary - 1}, but got {index}.");
        }
    }

    /// <summary>Indices or values, as the spec takes them.</summary>
    internal static void Kind(RnnSpec spec, SequenceData inputs, string parameter)
    {
        if (inputs.IsIndices != spec.TakesIndices)
        {
            string expected = spec.TakesIndices ? "indices (int)" : "values (float)";
            throw new ArgumentException($"Expected {expected}, as the network takes, but got {inputs.Describe()}.", parameter);
        }
    }

    /// <summary>A length for each sequence, from 1 to T, or none.</summary>
    internal static void Lengths(ReadOnlySpan<int> lengths, int steps, int batch)
    {
        if (lengths.IsEmpty)
        {
            return;
        }

        Length(lengths.Length, batch, nameof(lengths), "[N]");
        for (int i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] < 1 || lengths[i] > steps)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(lengths), lengths[i], $"Expected lengths from 1 to {steps}, but {nameof(lengths)}[{i}] is {lengths[i]}.");
            }
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

    /// <summary>The states [N, S] of a batch, or none.</summary>
    internal static void State(RnnSpec spec, ReadOnlySpan<float> state, int batch, string parameter)
    {
        if (!state.IsEmpty)
        {
            Length(state.Length, SequenceLength(1, batch, spec.StateSize), parameter, "[N, S]");
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
    internal static ArgumentOutOfRangeException TooLarge(string parameter, int value, string what)
        => new(parameter, value, $"Expected at most {LargestBuffer} values in a buffer, but {what}.");

    private static void ThrowLength(int actual, int expected, string parameter, string shape)
        => throw new ArgumentException($"Expected {shape} = {expected} values, but got {actual}.", parameter);
}
