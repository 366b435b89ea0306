using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRnn.Kernels;

/// <summary>The gradients of weights and biases that many rows (steps × sequences) share: sums over all rows.</summary>
/// <remarks>
/// Rows are taken in blocks. A block's sum is one chain per element and is then added to the gradient, so the rounding error of a
/// sum over R rows grows with <see cref="BlockRows"/> + R / <see cref="BlockRows"/> and not with R.
/// </remarks>
internal static class GradientSum
{
    /// <summary>Rows of a block: both packed operands of usual sizes stay in a second-level cache.</summary>
    internal const int BlockRows = 128;

    /// <summary>The scratch floats that <see cref="AddOuterProducts"/> needs for gradients [M, K].</summary>
    internal static int ScratchLength(int outputs, int inputs)
        => checked(PackedMatrix.PanelsLength(outputs, BlockRows) + PackedMatrix.PanelsLength(inputs, BlockRows));

    /// <summary>dW += Δᵀ·X, the sum over the rows r of δᵣ·xᵣᵀ.</summary>
    /// <param name="delta">Δ [R, M]</param>
    /// <param name="x">X [R, K]</param>
    /// <param name="rows">R</param>
    /// <param name="gradient">dW [M, K]</param>
    /// <param name="scratch">at least <see cref="ScratchLength"/>, 64-byte-aligned for speed.</param>
    internal static void AddOuterProducts(
        ReadOnlySpan<float> delta, ReadOnlySpan<float> x, int rows, Span<float> gradient, Span<float> scratch)
    {
        int outputs = delta.Length / rows;
        int inputs = x.Length / rows;
        Debug.Assert(delta.Length == rows * outputs && x.Length == rows * inputs, "Δ must be [R, M], X [R, K]");
        Debug.Assert(gradient.Length == outputs * inputs, "dW must be [M, K]");
        Span<float> deltaPanels = scratch[..PackedMatrix.PanelsLength(outputs, BlockRows)];
        Span<float> inputPanels = scratch.Slice(deltaPanels.Length, PackedMatrix.PanelsLength(inputs, BlockRows));
        for (int row = 0; row < rows; row += BlockRows)
        {
            int block = Math.Min(BlockRows, rows - row);
            PackedMatrix.PackPanelsTransposed(delta.Slice(row * outputs, block * outputs), outputs, block, deltaPanels);
            PackedMatrix.PackPanelsTransposed(x.Slice(row * inputs, block * inputs), inputs, block, inputPanels);
            AddBlock(deltaPanels, outputs, inputPanels, inputs, block, gradient);
        }
    }

    /// <summary>db += the sum over the rows of Δ.</summary>
    /// <param name="delta">Δ [R, M]</param>
    /// <param name="rows">R</param>
    /// <param name="gradient">db [M]</param>
    internal static void AddRows(ReadOnlySpan<float> delta, int rows, Span<float> gradient)
    {
        Debug.Assert(delta.Length == rows * gradient.Length, "Δ must be [R, M]");
        for (int row = 0; row < rows; row += BlockRows)
        {
            int block = Math.Min(BlockRows, rows - row);
            AddBlockRows(delta.Slice(row * gradient.Length, block * gradient.Length), block, gradient);
        }
    }

    /// <summary>
    /// Every pair of a panel of inputs and a panel of deltas: the first stays in the first-level cache, the second's columns are
    /// the rows of the tiles.
    /// </summary>
    private static void AddBlock(
        ReadOnlySpan<float> deltaPanels, int outputs, ReadOnlySpan<float> inputPanels, int inputs, int block, Span<float> gradient)
    {
        int width = PackedMatrix.PanelRows;
        for (int input = 0; input < inputs; input += width)
        {
            ref float panel = ref Unsafe.Add(ref MemoryMarshal.GetReference(inputPanels), input * block);
            for (int output = 0; output < outputs; output += width)
            {
                ref float sums = ref Unsafe.Add(ref MemoryMarshal.GetReference(gradient), output * inputs + input);
                MatrixProduct.MultiplyPanel(
                    ref Unsafe.Add(ref MemoryMarshal.GetReference(deltaPanels), output * block),
                    Math.Min(width, outputs - output), 1, width,
                    ref panel, block, inputs - input,
                    ref sums, inputs,
                    ref sums, inputs);
            }
        }
    }

    private static void AddBlockRows(ReadOnlySpan<float> delta, int block, Span<float> gradient)
    {
        ref float from = ref MemoryMarshal.GetReference(delta);
        ref float to = ref MemoryMarshal.GetReference(gradient);
        int stride = gradient.Length;
        int width = Vector<float>.Count;
        int column = 0;
        for (; column + 2 * width <= stride; column += 2 * width)
        {
            Vector<float> s0 = default, s1 = default;
            for (int row = 0; row < block; row++)
            {
                s0 += Vector.LoadUnsafe(ref from, (nuint)(row * stride + column));
                s1 += Vector.LoadUnsafe(ref from, (nuint)(row * stride + column + width));
            }

            (Vector.LoadUnsafe(ref to, (nuint)column) + s0).StoreUnsafe(ref to, (nuint)column);
            (Vector.LoadUnsafe(ref to, (nuint)(column + width)) + s1).StoreUnsafe(ref to, (nuint)(column + width));
        }

        for (; column < stride; column++)
        {
            float sum = 0;
            for (int row = 0; row < block; row++)
            {
                sum += Unsafe.Add(ref from, row * stride + column);
            }

            Unsafe.Add(ref to, column) += sum;
        }
    }
}
