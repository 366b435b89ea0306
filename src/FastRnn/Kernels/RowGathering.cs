using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>Rows of a table named by indices.</summary>
internal static class RowGathering
{
    /// <summary>y[r] = table[indices[r]]</summary>
    /// <param name="table">[V, width]</param>
    /// <param name="indices">[R], each from 0 to V − 1</param>
    /// <param name="y">[R, width]</param>
    internal static void Gather(ReadOnlySpan<float> table, ReadOnlySpan<int> indices, int width, Span<float> y)
    {
        for (int row = 0; row < indices.Length; row++)
        {
            table.Slice(indices[row] * width, width).CopyTo(y[(row * width)..]);
        }
    }

    /// <summary>table[indices[r]] += x[r]</summary>
    /// <param name="x">[R, width]</param>
    /// <param name="indices">[R], each from 0 to V − 1; the same index may come again</param>
    /// <param name="table">[V, width]</param>
    internal static void ScatterAdd(ReadOnlySpan<float> x, ReadOnlySpan<int> indices, int width, Span<float> table)
    {
        for (int row = 0; row < indices.Length; row++)
        {
            Span<float> sum = table.Slice(indices[row] * width, width);
            TensorPrimitives.Add(sum, x.Slice(row * width, width), sum);
        }
    }

    /// <summary>The same with the table turned over: table[m, indices[r]] += x[r, m]</summary>
    /// <param name="x">[R, width]</param>
    /// <param name="indices">[R], each from 0 to V − 1; the same index may come again</param>
    /// <param name="table">[width, V]</param>
    [MethodImpl(JitOptions.Loop)]
    internal static void ScatterAddColumns(ReadOnlySpan<float> x, ReadOnlySpan<int> indices, int width, Span<float> table)
    {
        int columns = table.Length / width;
        for (int row = 0; row < indices.Length; row++)
        {
            ReadOnlySpan<float> values = x.Slice(row * width, width);
            for (int m = 0; m < values.Length; m++)
            {
                table[m * columns + indices[row]] += values[m];
            }
        }
    }
}
