using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>
/// States so small that nothing follows from them become 0. A state that nothing feeds decays; without this it would spend many steps as a
/// denormal number, which some processors multiply a hundred times more slowly.
/// </summary>
internal readonly struct FlushToZero : IUnaryOperator
{
    /// <summary>2⁻⁶³: its square, which the functions of <see cref="VectorMath"/> compute, is no denormal number either.</summary>
    internal const float Least = 1.0842022e-19f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => TVector.FlushBelow(x, Least);
}
