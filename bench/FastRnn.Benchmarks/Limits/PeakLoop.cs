using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Benchmarks.Limits;

/// <summary>As many multiply-adds as a core can do: twelve independent chains in registers, no memory.</summary>
/// <remarks>
/// Two units with a latency of four or five cycles are kept busy by eight or ten chains; twelve accumulators and two factors
/// leave two of sixteen vector registers free. The peak is that of the widest vectors that processor and runtime have.
/// </remarks>
internal static class PeakLoop
{
    private const int Rounds = 10_000;

    /// <summary>Multiplications and additions in a call of <see cref="Run"/>.</summary>
    internal static double Flops => 2.0 * 12 * WideVector.WidestCount * Rounds;

    /// <param name="factor">any value of which powers stay finite</param>
    internal static float Run(float factor) => WideVector.IsAccelerated ? Run<WideVector>(factor) : Run<PortableVector>(factor);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Run<TVector>(float factor)
        where TVector : struct, IVector<TVector>
    {
        TVector x = TVector.Create(factor);
        TVector y = x;
        TVector s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        TVector s6 = default, s7 = default, s8 = default, s9 = default, s10 = default, s11 = default;
        for (int round = 0; round < Rounds; round++)
        {
            s0 = TVector.MultiplyAdd(x, y, s0);
            s1 = TVector.MultiplyAdd(x, y, s1);
            s2 = TVector.MultiplyAdd(x, y, s2);
            s3 = TVector.MultiplyAdd(x, y, s3);
            s4 = TVector.MultiplyAdd(x, y, s4);
            s5 = TVector.MultiplyAdd(x, y, s5);
            s6 = TVector.MultiplyAdd(x, y, s6);
            s7 = TVector.MultiplyAdd(x, y, s7);
            s8 = TVector.MultiplyAdd(x, y, s8);
            s9 = TVector.MultiplyAdd(x, y, s9);
            s10 = TVector.MultiplyAdd(x, y, s10);
            s11 = TVector.MultiplyAdd(x, y, s11);
        }

        return TVector.Sum((s0 + s1 + s2) + (s3 + s4 + s5) + (s6 + s7 + s8) + (s9 + s10 + s11));
    }
}
