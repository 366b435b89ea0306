using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRnn.Kernels;

/// <summary>
/// Products of a vector with rows that are used once, so that packing them would not pay: dot products with all rows, and sums of rows.
/// Sums are taken in an order that depends on the lengths alone.
/// </summary>
internal static class RowProducts
{
    /// <summary>y[s] = m⟨s⟩·x</summary>
    /// <param name="rows">m [L, K]</param>
    /// <param name="x">[K]</param>
    /// <param name="y">[L]</param>
    [MethodImpl(JitOptions.Loop)]
    internal static void Dot(ReadOnlySpan<float> rows, ReadOnlySpan<float> x, Span<float> y)
    {
        Debug.Assert(rows.Length == y.Length * x.Length, "rows must be [L, K]");
        int columns = x.Length, s = 0;
        ref float first = ref MemoryMarshal.GetReference(rows);
        for (; s + 4 <= y.Length; s += 4)
        {
            FourRows(ref Unsafe.Add(ref first, (nint)s * columns), x, y.Slice(s, 4));
        }

        for (; s < y.Length; s++)
        {
            y[s] = OneRow(ref Unsafe.Add(ref first, (nint)s * columns), x);
        }
    }

    /// <summary>y = Σ a[s]·m⟨s⟩</summary>
    /// <param name="rows">m [L, K]</param>
    /// <param name="weights">a [L]</param>
    /// <param name="y">[K]; apart from the rows</param>
    [MethodImpl(JitOptions.Loop)]
    internal static void Combine(ReadOnlySpan<float> rows, ReadOnlySpan<float> weights, Span<float> y)
    {
        Debug.Assert(rows.Length == weights.Length * y.Length, "rows must be [L, K]");
        int columns = y.Length, width = PortableVector.Count, column = 0;
        ref float first = ref MemoryMarshal.GetReference(rows);
        for (; column + 4 * width <= columns; column += 4 * width)
        {
            FourColumns(ref Unsafe.Add(ref first, column), columns, weights, ref y[column]);
        }

        for (; column + width <= columns; column += width)
        {
            OneColumn(ref Unsafe.Add(ref first, column), columns, weights, ref y[column]);
        }

        for (; column < columns; column++)
        {
            float sum = 0;
            for (int s = 0; s < weights.Length; s++)
            {
                sum += weights[s] * Unsafe.Add(ref first, (nint)s * columns + column);
            }

            y[column] = sum;
        }
    }

    /// <summary>The bits are those of <see cref="OneRow"/>; each vector of x is loaded once for four rows.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void FourRows(ref float row, ReadOnlySpan<float> x, Span<float> y)
    {
        int columns = x.Length, width = PortableVector.Count, k = 0;
        ref float from = ref MemoryMarshal.GetReference(x);
        ref float row1 = ref Unsafe.Add(ref row, columns);
        ref float row2 = ref Unsafe.Add(ref row1, columns);
        ref float row3 = ref Unsafe.Add(ref row2, columns);
        PortableVector a0 = default, b0 = default, c0 = default, d0 = default, a1 = default, b1 = default, c1 = default, d1 = default;
        for (; k + 2 * width <= columns; k += 2 * width)
        {
            PortableVector even = PortableVector.Load(ref from, k), odd = PortableVector.Load(ref from, k + width);
            PortableVector.AddProduct(ref a0, even, ref row, k);
            PortableVector.AddProduct(ref b0, even, ref row1, k);
            PortableVector.AddProduct(ref c0, even, ref row2, k);
            PortableVector.AddProduct(ref d0, even, ref row3, k);
            PortableVector.AddProduct(ref a1, odd, ref row, k + width);
            PortableVector.AddProduct(ref b1, odd, ref row1, k + width);
            PortableVector.AddProduct(ref c1, odd, ref row2, k + width);
            PortableVector.AddProduct(ref d1, odd, ref row3, k + width);
        }

        if (k + width <= columns)
        {
            PortableVector even = PortableVector.Load(ref from, k);
            PortableVector.AddProduct(ref a0, even, ref row, k);
            PortableVector.AddProduct(ref b0, even, ref row1, k);
            PortableVector.AddProduct(ref c0, even, ref row2, k);
            PortableVector.AddProduct(ref d0, even, ref row3, k);
            k += width;
        }

        y[0] = PortableVector.Sum(a0 + a1) + Rest(ref row, x, k);
        y[1] = PortableVector.Sum(b0 + b1) + Rest(ref row1, x, k);
        y[2] = PortableVector.Sum(c0 + c1) + Rest(ref row2, x, k);
        y[3] = PortableVector.Sum(d0 + d1) + Rest(ref row3, x, k);
    }

    [MethodImpl(JitOptions.Loop)]
    private static float OneRow(ref float row, ReadOnlySpan<float> x)
    {
        int columns = x.Length, width = PortableVector.Count, k = 0;
        ref float from = ref MemoryMarshal.GetReference(x);
        PortableVector a0 = default, a1 = default;
        for (; k + 2 * width <= columns; k += 2 * width)
        {
            PortableVector.AddProduct(ref a0, PortableVector.Load(ref from, k), ref row, k);
            PortableVector.AddProduct(ref a1, PortableVector.Load(ref from, k + width), ref row, k + width);
        }

        if (k + width <= columns)
        {
            PortableVector.AddProduct(ref a0, PortableVector.Load(ref from, k), ref row, k);
            k += width;
        }

        return PortableVector.Sum(a0 + a1) + Rest(ref row, x, k);
    }

    /// <summary>The products from a column on: fewer than a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Rest(ref float row, ReadOnlySpan<float> x, int start)
    {
        float sum = 0;
        for (int k = start; k < x.Length; k++)
        {
            sum += Unsafe.Add(ref row, k) * x[k];
        }

        return sum;
    }

    /// <summary>Four vectors of columns, of even and of odd rows: eight sums in flight.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static void FourColumns(ref float row, nint distance, ReadOnlySpan<float> weights, ref float y)
    {
        int width = PortableVector.Count, s = 0;
        PortableVector a0 = default, b0 = default, c0 = default, d0 = default, a1 = default, b1 = default, c1 = default, d1 = default;
        for (; s + 2 <= weights.Length; s += 2)
        {
            ref float next = ref Unsafe.Add(ref row, distance);
            var even = PortableVector.Create(weights[s]);
            var odd = PortableVector.Create(weights[s + 1]);
            PortableVector.AddProduct(ref a0, even, ref row, 0);
            PortableVector.AddProduct(ref b0, even, ref row, width);
            PortableVector.AddProduct(ref c0, even, ref row, 2 * width);
            PortableVector.AddProduct(ref d0, even, ref row, 3 * width);
            PortableVector.AddProduct(ref a1, odd, ref next, 0);
            PortableVector.AddProduct(ref b1, odd, ref next, width);
            PortableVector.AddProduct(ref c1, odd, ref next, 2 * width);
            PortableVector.AddProduct(ref d1, odd, ref next, 3 * width);
            row = ref Unsafe.Add(ref next, distance);
        }

        if (s < weights.Length)
        {
            var even = PortableVector.Create(weights[s]);
            PortableVector.AddProduct(ref a0, even, ref row, 0);
            PortableVector.AddProduct(ref b0, even, ref row, width);
            PortableVector.AddProduct(ref c0, even, ref row, 2 * width);
            PortableVector.AddProduct(ref d0, even, ref row, 3 * width);
        }

        PortableVector.Store(a0 + a1, ref y, 0);
        PortableVector.Store(b0 + b1, ref y, width);
        PortableVector.Store(c0 + c1, ref y, 2 * width);
        PortableVector.Store(d0 + d1, ref y, 3 * width);
    }

    [MethodImpl(JitOptions.Loop)]
    private static void OneColumn(ref float row, nint distance, ReadOnlySpan<float> weights, ref float y)
    {
        int s = 0;
        PortableVector a0 = default, a1 = default;
        for (; s + 2 <= weights.Length; s += 2)
        {
            PortableVector.AddProduct(ref a0, PortableVector.Create(weights[s]), ref row, 0);
            PortableVector.AddProduct(ref a1, PortableVector.Create(weights[s + 1]), ref row, distance);
            row = ref Unsafe.Add(ref row, 2 * distance);
        }

        if (s < weights.Length)
        {
            PortableVector.AddProduct(ref a0, PortableVector.Create(weights[s]), ref row, 0);
        }

        PortableVector.Store(a0 + a1, ref y, 0);
    }
}
