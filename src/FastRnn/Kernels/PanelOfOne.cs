using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>A panel of one vector, for few rows: one or three wide vectors of them would leave a part of their last panel empty.</summary>
internal struct PanelOfOne<TVector> : IPanel<PanelOfOne<TVector>>
    where TVector : struct, IVector<TVector>
{
    private TVector _vector;

    public static int Rows => TVector.Count;

    public static bool HasManyRegisters => TVector.HasManyRegisters;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PanelOfOne<TVector> Load(ref float source, nint offset) => new() { _vector = TVector.Load(ref source, offset) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(ref float destination, nint offset) => TVector.Store(_vector, ref destination, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(PanelOfOne<TVector> other) => _vector += other._vector;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddProduct(float x, PanelOfOne<TVector> w) => TVector.AddProduct(ref _vector, TVector.Create(x), w._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PanelOfOne<TVector> Factor(ref float x) => new() { _vector = TVector.Create(x) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddProduct(PanelOfOne<TVector> factor, ref float w, nint offset)
        => TVector.AddProduct(ref _vector, factor._vector, ref w, offset);
}
