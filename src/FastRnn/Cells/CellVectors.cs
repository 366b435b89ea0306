using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Cells;

/// <summary>
/// Access to the vectors that stand at equal distances. The index is checked; where it is a constant, as in a cell's formula, the check
/// is compiled away.
/// </summary>
internal static class CellVectors
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Load<TVector>(ref float start, int index, nint distance, int count, string parameter)
        where TVector : struct, IVector<TVector>
    {
        if ((uint)index >= (uint)count)
        {
            Throw(index, count, parameter);
        }

        return TVector.Load(ref start, index * distance);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store<TVector>(ref float start, int index, nint distance, int count, string parameter, TVector value)
        where TVector : struct, IVector<TVector>
    {
        if ((uint)index >= (uint)count)
        {
            Throw(index, count, parameter);
        }

        TVector.Store(value, ref start, index * distance);
    }

    private static void Throw(int index, int count, string parameter)
        => throw new ArgumentOutOfRangeException(
            parameter, index,
            count > 0
                ? $"Expected an index from 0 to {count - 1} of the {count} that the cell has."
                : "Expected no index, since the cell has none.");
}
