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
        TVector.AddProduct(ref _first, x, first);
        TVector.AddProduct(ref _second, x, second);
    }

    /// <summary>Adds x·w for the column of weights at offset <paramref name="k"/> of a panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(TVector x, ref float panel, nint k)
    {
        TVector.AddProduct(ref _first, x, ref panel, k);
        TVector.AddProduct(ref _second, x, ref panel, k + TVector.Count);
    }

    /// <summary>The sum of both, as the second of two parts of a sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(PanelSums<TVector> next)
    {
        _first += next._first;
        _second += next._second;
    }

    /// <summary>s + sum, unless s is a null reference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void AddTo(ref float s, nint offset)
    {
        if (!Unsafe.IsNullRef(ref s))
        {
            _first = TVector.Load(ref s, offset) + _first;
            _second = TVector.Load(ref s, offset + TVector.Count) + _second;
        }
    }

    /// <summary>Stores the sums at y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly void Store(ref float y, nint offset)
    {
        TVector.Store(_first, ref y, offset);
        TVector.Store(_second, ref y, offset + TVector.Count);
    }

    /// <summary>Stores s + sum at y, or the sum alone where s is a null reference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Store(ref float s, nint sOffset, ref float y, nint yOffset)
    {
        AddTo(ref s, sOffset);
        Store(ref y, yOffset);
    }
}
