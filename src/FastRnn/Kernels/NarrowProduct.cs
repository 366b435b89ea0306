using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRnn.Kernels;

/// <summary>Input vectors times a matrix of few rows, a dot product an output: Y = S + X·Wᵀ.</summary>
internal static class NarrowProduct
{
    /// <param name="matrix">W [M, K], narrow.</param>
    /// <param name="x">[R, K]</param>
    /// <param name="rows">R</param>
    /// <param name="addend">Added to each finished sum; empty for none. May be <paramref name="y"/>.</param>
    /// <param name="addendStride">Floats from one row of the addend to the next: 0 adds the same row to all.</param>
    /// <param name="y">[R, M]</param>
    [MethodImpl(JitOptions.Loop)]
    internal static void Multiply(
        PackedMatrix matrix, ReadOnlySpan<float> x, int rows, ReadOnlySpan<float> addend, int addendStride, Span<float> y)
    {
        Debug.Assert(matrix.IsNarrow && x.Length == rows * matrix.Columns && y.Length == rows * matrix.Rows, "x [R, K], y [R, M]");
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> input = x.Slice(row * matrix.Columns, matrix.Columns);
            for (int output = 0; output < matrix.Rows; output++)
            {
                float sum = Dot(input, matrix.Values.Slice(output * matrix.RowStride, matrix.Columns));
                y[row * matrix.Rows + output] = addend.IsEmpty ? sum : addend[row * addendStride + output] + sum;
            }
        }
    }

    /// <summary>What <see cref="Product.MultiplyPair"/> does, with narrow matrices.</summary>
    internal static void MultiplyPair(
        PackedMatrix first, ref float x, ref float bias, PackedMatrix second, ref float h, ref float y, ref float q)
    {
        int rows = first.Rows;
        Span<float> sums = MemoryMarshal.CreateSpan(ref y, rows);
        ReadOnlySpan<float> addend = Unsafe.IsNullRef(ref bias) ? [] : MemoryMarshal.CreateReadOnlySpan(ref bias, rows);
        Multiply(first, MemoryMarshal.CreateReadOnlySpan(ref x, first.Columns), 1, addend, 0, sums);
        Multiply(
            second, MemoryMarshal.CreateReadOnlySpan(ref h, second.Columns), 1, Unsafe.AreSame(ref y, ref q) ? sums : [], 0,
            MemoryMarshal.CreateSpan(ref q, rows));
    }

    /// <summary>Σ x·w with four accumulators, in an order that depends on the length alone.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> w)
    {
        ref float a = ref MemoryMarshal.GetReference(x);
        ref float b = ref MemoryMarshal.GetReference(w);
        int width = PortableVector.Count;
        PortableVector s0 = default, s1 = default, s2 = default, s3 = default;
        int k = 0;
        for (; k + 4 * width <= x.Length; k += 4 * width)
        {
            s0 = MultiplyAdd(ref a, ref b, k, s0);
            s1 = MultiplyAdd(ref a, ref b, k + width, s1);
            s2 = MultiplyAdd(ref a, ref b, k + 2 * width, s2);
            s3 = MultiplyAdd(ref a, ref b, k + 3 * width, s3);
        }

        for (; k + width <= x.Length; k += width)
        {
            s0 = MultiplyAdd(ref a, ref b, k, s0);
        }

        float sum = PortableVector.Sum((s0 + s1) + (s2 + s3));
        for (; k < x.Length; k++)
        {
            sum += Unsafe.Add(ref a, k) * Unsafe.Add(ref b, k);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static PortableVector MultiplyAdd(ref float a, ref float b, int k, PortableVector sum)
        => PortableVector.MultiplyAdd(PortableVector.Load(ref a, k), PortableVector.Load(ref b, k), sum);
}
