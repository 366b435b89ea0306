using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRnn.Kernels;

/// <summary>Sums that keep the digits which rounding takes.</summary>
internal static class CompensatedSum
{
    /// <summary>sum += x, element by element; the sum proper is sum − excess. A NaN or ∞ in the sum stays.</summary>
    /// <param name="x">[n]</param>
    /// <param name="sum">[n]</param>
    /// <param name="excess">[n], what rounding has added too much</param>
    [MethodImpl(JitOptions.Loop)]
    internal static void Add(ReadOnlySpan<float> x, Span<float> sum, Span<float> excess)
    {
        Debug.Assert(x.Length == sum.Length && x.Length == excess.Length, "x, sum and excess must be of one length");
        ref float from = ref MemoryMarshal.GetReference(x);
        ref float sums = ref MemoryMarshal.GetReference(sum);
        ref float rests = ref MemoryMarshal.GetReference(excess);
        int i = 0;
        for (; i + Vector<float>.Count <= x.Length; i += Vector<float>.Count)
        {
            Vector<float> before = Vector.LoadUnsafe(ref sums, (nuint)i);
            Vector<float> added = Vector.LoadUnsafe(ref from, (nuint)i) - Vector.LoadUnsafe(ref rests, (nuint)i);
            Vector<float> after = before + added;
            Vector<float> rest = after - before - added;

            // ∞ − ∞ is no excess.
            rest = Vector.ConditionalSelect(Vector.Equals(rest, rest), rest, Vector<float>.Zero);
            after.StoreUnsafe(ref sums, (nuint)i);
            rest.StoreUnsafe(ref rests, (nuint)i);
        }

        for (; i < x.Length; i++)
        {
            float added = x[i] - excess[i], after = sum[i] + added, rest = after - sum[i] - added;
            sum[i] = after;
            excess[i] = float.IsNaN(rest) ? 0 : rest;
        }
    }
}
