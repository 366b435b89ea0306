using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Cells;

/// <summary>An activation within a cell, chosen at run time, of values that are clipped first: y = g(min(max(z, −bound), bound)). A NaN
/// stays NaN.</summary>
/// <param name="Activation">g</param>
/// <param name="Bound">above 0; ∞ clips nothing</param>
internal readonly record struct GateFunction(VectorActivation Activation, float Bound)
{
    /// <summary>z within ±bound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TVector Clip<TVector>(TVector z)
        where TVector : struct, IVector<TVector>
    {
        var bound = TVector.Create(Bound);
        return TVector.MaxOrSecond(-bound, TVector.MinOrSecond(bound, z));
    }

    /// <summary>y of a clipped z.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TVector Apply<TVector>(TVector clipped)
        where TVector : struct, IVector<TVector>
        => Activation.Apply(clipped);

    /// <summary>∂L/∂z of ∂L/∂y; 0 at the bounds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TVector Gradient<TVector>(TVector clipped, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => TVector.WherePositive(TVector.Create(Bound) - TVector.Abs(clipped), Activation.Gradient(y, gradient));
}
