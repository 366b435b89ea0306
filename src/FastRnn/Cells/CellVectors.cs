using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastRnn.Cells;

/// <summary>
/// Access to the vectors that stand at equal distances. The index is checked; where it is a constant, as in a cell's formula, the check
/// is compiled away.
/// </summary>
internal static class CellVectors
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector<float> Load(ref float start, int index, nint distance, int count, string parameter)
    {
        if ((uint)index >= (uint)count)
        {
            Throw(index, count, parameter);
        }

        return Vector.LoadUnsafe(ref Unsafe.Add(ref start, index * distance));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store(ref float start, int index, nint distance, int count, string parameter, Vector<float> value)
    {
        if ((uint)index >= (uint)count)
        {
            Throw(index, count, parameter);
        }

        value.StoreUnsafe(ref Unsafe.Add(ref start, index * distance));
    }

    private static void Throw(int index, int count, string parameter)
        => throw new ArgumentOutOfRangeException(
            parameter, index,
            count > 0
                ? $"Expected an index from 0 to {count - 1} of the {count} that the cell has."
                : "Expected no index, since the cell has none.");
}
