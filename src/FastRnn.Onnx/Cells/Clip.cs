using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Onnx.Cells;

/// <summary>What ONNX's attribute clip does to the inputs of activations.</summary>
internal static class Clip
{
    /// <summary>z within ±bound; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Within<TVector>(TVector bound, TVector z)
        where TVector : struct, IVector<TVector>
        => TVector.MaxOrSecond(-bound, TVector.MinOrSecond(bound, z));

    /// <summary>The gradient of what has been clipped, given that: 0 at the bounds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Gradient<TVector>(TVector bound, TVector clipped, TVector gradient)
        where TVector : struct, IVector<TVector>
        => TVector.WherePositive(bound - TVector.Abs(clipped), gradient);
}
