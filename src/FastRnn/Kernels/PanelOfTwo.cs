using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>A panel of two vectors, so that a broadcast input serves for two multiply-adds.</summary>
internal struct PanelOfTwo<TVector> : IPanel<PanelOfTwo<TVector>>
    where TVector : struct, IVector<TVector>
{
    private TVector _first;
    private TVector _second;

    public static int Rows => 2 * TVector.Count;

    public static bool HasManyRegisters => TVector.HasManyRegisters;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PanelOfTwo<TVector> Load(ref float source, nint offset)
        => new() { _first = TVector.Load(ref source, offset), _second = TVector.Load(ref source, offset + TVector.Count) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(ref float destination, nint offset)
    {
        TVector.Store(_first, ref destination, offset);
        TVector.Store(_second, ref destination, offset + TVector.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(PanelOfTwo<TVector> other)
    {
        _first += other._first;
        _second += other._second;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddProduct(float x, PanelOfTwo<TVector> w)
    {
        TVector factor = TVector.Create(x);
        TVector.AddProduct(ref _first, factor, w._first);
        TVector.AddProduct(ref _second, factor, w._second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PanelOfTwo<TVector> Factor(ref float x) => new() { _first = TVector.Create(x) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddProduct(PanelOfTwo<TVector> factor, ref float w, nint offset)
    {
        TVector.AddProduct(ref _first, factor._first, ref w, offset);
        TVector.AddProduct(ref _second, factor._first, ref w, offset + TVector.Count);
    }
}
