using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastRnn.Kernels;

namespace FastRnn.Cells;

/// <summary>What all widths of <see cref="UnitVectors{TVector}"/> share.</summary>
internal static class UnitVectors
{
    internal const int Capacity = 32;
}

/// <summary>The last units of a row, fewer than a vector holds, brought into whole vectors on the stack.</summary>
[InlineArray(UnitVectors.Capacity)]
internal struct UnitVectors<TVector>
    where TVector : struct, IVector<TVector>
{
    private TVector _element;

    /// <summary>
    /// Fills vectors from pieces of <paramref name="units"/> floats that stand <paramref name="distance"/> apart; the rest of a
    /// vector is left as it is.
    /// </summary>
    /// <param name="first">the first vector to fill; on return the one behind the last</param>
    [UnscopedRef]
    internal ref float Take(ref int first, int count, ReadOnlySpan<float> source, int distance, int units)
    {
        ref float start = ref Unsafe.As<TVector, float>(ref this[first]);
        for (int i = 0; i < count; i++)
        {
            source.Slice(i * distance, units).CopyTo(Piece(ref start, i));
        }

        first += count;
        return ref start;
    }

    /// <summary>Moves vectors back to where they have been taken from.</summary>
    internal static void Put(ref float start, int count, Span<float> destination, int distance, int units)
    {
        for (int i = 0; i < count; i++)
        {
            Piece(ref start, i)[..units].CopyTo(destination[(i * distance)..]);
        }
    }

    private static Span<float> Piece(ref float start, int i)
        => MemoryMarshal.CreateSpan(ref Unsafe.Add(ref start, i * TVector.Count), TVector.Count);
}
