using System.Runtime.CompilerServices;

namespace FastRnn;

/// <summary>The checks of the public edge: each names the parameter, what was expected and what came.</summary>
internal static class Guard
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Length(int actual, int expected, string parameter, string shape)
    {
        if (actual != expected)
        {
            ThrowLength(actual, expected, parameter, shape);
        }
    }

    /// <summary>[T, N, F] as a length; refuses what an array can't hold.</summary>
    internal static int SequenceLength(long steps, int batch, int features)
    {
        Int128 length = (Int128)steps * batch * features;
        return length <= Array.MaxLength
            ? (int)length
            : throw new ArgumentOutOfRangeException(
                nameof(steps), steps, $"Expected at most {Array.MaxLength} values in a buffer, but steps {steps} × batch {batch} × {features} is {length}.");
    }

    internal static void Overlap(bool overlaps, string first, string second)
    {
        if (overlaps)
        {
            throw new ArgumentException($"Expected memory apart from '{second}', but '{first}' overlaps it.", first);
        }
    }

    private static void ThrowLength(int actual, int expected, string parameter, string shape)
        => throw new ArgumentException($"Expected {shape} = {expected} values, but got {actual}.", parameter);
}
