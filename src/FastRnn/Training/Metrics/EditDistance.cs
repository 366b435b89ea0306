using System.Buffers;

namespace FastRnn.Training;

/// <summary>How many insertions, deletions and replacements turn one sequence into another. Source: V. I. Levenshtein, Binary codes capable
/// of correcting deletions, insertions, and reversals, Soviet Physics Doklady 10 (1966).</summary>
public static class EditDistance
{
    /// <summary>The least number of single changes; takes a time of the product of both lengths, and allocates nothing once the pool holds
    /// the memory.</summary>
    /// <typeparam name="T">Of the items, such as <c>int</c> for indices or <c>char</c>.</typeparam>
    /// <param name="one">A sequence.</param>
    /// <param name="other">Another one.</param>
    public static int Between<T>(ReadOnlySpan<T> one, ReadOnlySpan<T> other)
        where T : IEquatable<T>
    {
        int[] rented = ArrayPool<int>.Shared.Rent(other.Length + 1);
        Span<int> distances = rented.AsSpan(0, other.Length + 1);
        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = i;
        }

        for (int i = 0; i < one.Length; i++)
        {
            // What was left of here a row above.
            int corner = distances[0];
            distances[0] = i + 1;
            for (int j = 0; j < other.Length; j++)
            {
                int replaced = corner + (one[i].Equals(other[j]) ? 0 : 1);
                corner = distances[j + 1];
                distances[j + 1] = Math.Min(replaced, 1 + Math.Min(corner, distances[j]));
            }
        }

        int distance = distances[^1];
        ArrayPool<int>.Shared.Return(rented);
        return distance;
    }
}
