using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>
/// One chain of sums for each row of a panel: two vector registers in a loop. Mutable on purpose: with sums that return new sums
/// RyuJIT moves every result from one register to another.
/// </summary>
internal struct PanelSums
{
    private Vector<float> _first;
    private Vector<float> _second;

    /// <summary>Adds x·w for two vectors of weights already loaded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(Vector<float> x, Vector<float> first, Vector<float> second)
    {
        _first = Vector.MultiplyAddEstimate(x, first, _first);
        _second = Vector.MultiplyAddEstimate(x, second, _second);
    }

    /// <summary>Adds x·w for the column of weights at offset <paramref name="k"/> of a panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(Vector<float> x, ref float panel, nint k)
    {
        _first = Vector.MultiplyAddEstimate(x, Panel.Load(ref panel, k, 0), _first);
        _second = Vector.MultiplyAddEstimate(x, Panel.Load(ref panel, k, 1), _second);
    }

    /// <summary>Stores s + sum at y, or the sum alone where s is a null reference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly void Store(ref float s, nint sOffset, ref float y, nint yOffset)
    {
        Vector<float> first = _first;
        Vector<float> second = _second;
        if (!Unsafe.IsNullRef(ref s))
        {
            first = Vector.LoadUnsafe(ref s, (nuint)sOffset) + first;
            second = Vector.LoadUnsafe(ref s, (nuint)(sOffset + Vector<float>.Count)) + second;
        }

        first.StoreUnsafe(ref y, (nuint)yOffset);
        second.StoreUnsafe(ref y, (nuint)(yOffset + Vector<float>.Count));
    }
}
