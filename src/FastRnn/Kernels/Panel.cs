using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>
/// What the kernels share about a panel: <see cref="Rows{TVector}"/> rows of a matrix, packed column by column.
/// </summary>
internal static class Panel
{
    /// <summary>How many panels a band has at most.</summary>
    internal const int Group = 4;

    /// <summary>Rows in a panel: two vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Rows<TVector>()
        where TVector : struct, IVector<TVector>
        => 2 * TVector.Count;

    /// <summary>Rows of the four panels whose 8 vectors a product with one vector computes at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int GroupRows<TVector>()
        where TVector : struct, IVector<TVector>
        => Group * Rows<TVector>();

    /// <summary>The reference <paramref name="count"/> floats on; a null reference stays null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ref float Offset(ref float start, nint count)
        => ref Unsafe.IsNullRef(ref start) ? ref start : ref Unsafe.Add(ref start, count);
}
