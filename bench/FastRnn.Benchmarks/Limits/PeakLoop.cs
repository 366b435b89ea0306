using System.Numerics;

namespace FastRnn.Benchmarks.Limits;

/// <summary>As many multiply-adds as a core can do: twelve independent chains in registers, no memory.</summary>
/// <remarks>
/// Two units with a latency of four or five cycles are kept busy by eight or ten chains; twelve accumulators and two factors
/// leave two of sixteen vector registers free. The peak is that of <see cref="Vector{T}"/>, as wide as the kernels are.
/// </remarks>
internal static class PeakLoop
{
    private const int Rounds = 10_000;

    /// <summary>Multiplications and additions in a call of <see cref="Run"/>.</summary>
    internal static double Flops => 2.0 * 12 * Vector<float>.Count * Rounds;

    internal static float Run(Vector<float> x, Vector<float> y)
    {
        Vector<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        Vector<float> s6 = default, s7 = default, s8 = default, s9 = default, s10 = default, s11 = default;
        for (int round = 0; round < Rounds; round++)
        {
            s0 = Vector.MultiplyAddEstimate(x, y, s0);
            s1 = Vector.MultiplyAddEstimate(x, y, s1);
            s2 = Vector.MultiplyAddEstimate(x, y, s2);
            s3 = Vector.MultiplyAddEstimate(x, y, s3);
            s4 = Vector.MultiplyAddEstimate(x, y, s4);
            s5 = Vector.MultiplyAddEstimate(x, y, s5);
            s6 = Vector.MultiplyAddEstimate(x, y, s6);
            s7 = Vector.MultiplyAddEstimate(x, y, s7);
            s8 = Vector.MultiplyAddEstimate(x, y, s8);
            s9 = Vector.MultiplyAddEstimate(x, y, s9);
            s10 = Vector.MultiplyAddEstimate(x, y, s10);
            s11 = Vector.MultiplyAddEstimate(x, y, s11);
        }

        return Vector.Sum((s0 + s1 + s2) + (s3 + s4 + s5) + (s6 + s7 + s8) + (s9 + s10 + s11));
    }
}
