using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>
/// One chain of sums for each row of a panel: two vector registers in a loop. Mutable on purpose: with sums that return new sums
/// RyuJIT moves every result from one register to another.
/// </summary>
internal struct PanelSums<TVector>
    where TVector : struct, IVector<TVector>
{
    private TVector _first;
    private TVector _second;

    /// <summary>Adds x·w for two vectors of weights already loaded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(TVector x, TVector first, TVector second)
    {
        _first = TVector.MultiplyAdd(x, first, _first);
        _second = TVector.MultiplyAdd(x, second, _second);
    }

    /// <summary>Adds x·w for the column of weights at offset <paramref name="k"/> of a panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(TVector x, ref float panel, nint k)
        => Add(x, TVector.Load(ref panel, k), TVector.Load(ref panel, k + TVector.Count));

    /// <summary>Stores s + sum at y, or the sum alone where s is a null reference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly void Store(ref float s, nint sOffset, ref float y, nint yOffset)
    {
        TVector first = _first;
        TVector second = _second;
        if (!Unsafe.IsNullRef(ref s))
        {
            first = TVector.Load(ref s, sOffset) + first;
            second = TVector.Load(ref s, sOffset + TVector.Count) + second;
        }

        TVector.Store(first, ref y, yOffset);
        TVector.Store(second, ref y, yOffset + TVector.Count);
    }
}
