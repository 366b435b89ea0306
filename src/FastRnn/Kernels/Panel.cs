using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>
/// What the kernels share about a panel: <see cref="Rows"/> rows of a matrix, packed column by column.
/// </summary>
internal static class Panel
{
    /// <summary>Rows in a panel: two vectors.</summary>
    internal static int Rows => 2 * Vector<float>.Count;

    /// <summary>Rows of the four panels whose 8 vectors a product with one vector computes at once.</summary>
    internal static int GroupRows => 4 * Rows;

    /// <summary>A column's first (<paramref name="half"/> 0) or second vector at offset <paramref name="k"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector<float> Load(ref float panel, nint k, int half)
        => Vector.LoadUnsafe(ref Unsafe.Add(ref panel, half * Vector<float>.Count), (nuint)k);

    /// <summary>The reference <paramref name="count"/> floats on; a null reference stays null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ref float Offset(ref float start, nint count)
        => ref Unsafe.IsNullRef(ref start) ? ref start : ref Unsafe.Add(ref start, count);
}
