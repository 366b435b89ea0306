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
    /// <summary>
    /// Rows of a block: the packed deltas of usual sizes stay in a second-level cache, a panel of inputs in a first-level one.
    /// </summary>
    internal const int BlockRows = 128;

    /// <summary>The scratch floats that <see cref="AddOuterProducts"/> needs for gradients [M, K] of any K.</summary>
    internal static int ScratchLength(int outputs)
        => checked(PackedMatrix.PanelsLength(outputs, BlockRows) + PackedMatrix.PanelsLength(1, BlockRows));

    /// <summary>dW += Δᵀ·X, the sum over the rows r of δᵣ·xᵣᵀ.</summary>
    /// <param name="delta">Δ [R, M]</param>
    /// <param name="x">X [R, K]</param>
    /// <param name="rows">R</param>
    /// <param name="gradient">dW [M, K]</param>
    /// <param name="scratch">at least <see cref="ScratchLength"/>, 64-byte-aligned for speed.</param>
    [MethodImpl(JitOptions.Loop)]
    internal static void AddOuterProducts(
        ReadOnlySpan<float> delta, ReadOnlySpan<float> x, int rows, Span<float> gradient, Span<float> scratch)
    {
        int outputs = delta.Length / rows;
        int inputs = x.Length / rows;
        Debug.Assert(delta.Length == rows * outputs && x.Length == rows * inputs, "Δ must be [R, M], X [R, K]");
        Debug.Assert(gradient.Length == outputs * inputs, "dW must be [M, K]");
        Span<float> deltaPanels = scratch[..PackedMatrix.PanelsLength(outputs, BlockRows)];
        Span<float> inputPanel = scratch.Slice(deltaPanels.Length, PackedMatrix.PanelsLength(1, BlockRows));
        int block;
        for (int row = 0; row < rows; row += block)
        {
            block = Math.Min(BlockRows, rows - row);
            PackedMatrix.PackPanelsTransposed(delta.Slice(row * outputs, block * outputs), outputs, block, deltaPanels);
            ReadOnlySpan<float> blockInputs = x.Slice(row * inputs, block * inputs);
            for (int input = 0; input < inputs; input += Panel.Rows)
            {
                PackedMatrix.PackPanelTransposed(blockInputs, inputs, block, input, inputPanel, Panel.Rows);
                AddPanel(deltaPanels, outputs, inputPanel, inputs, input, block, gradient);
            }
        }
    }

    /// <summary>db += the sum over the rows of Δ.</summary>
    /// <param name="delta">Δ [R, M]</param>
    /// <param name="rows">R</param>
    /// <param name="gradient">db [M]</param>
    internal static void AddRows(ReadOnlySpan<float> delta, int rows, Span<float> gradient)
    {
        Debug.Assert(delta.Length == rows * gradient.Length, "Δ must be [R, M]");
        int block;
        for (int row = 0; row < rows; row += block)
        {
            block = Math.Min(BlockRows, rows - row);
            AddBlockRows(delta.Slice(row * gradient.Length, block * gradient.Length), block, gradient);
        }
    }

    /// <summary>
    /// One panel of inputs, which stays in the first-level cache, with every panel of deltas: the columns of those are the rows of
    /// the tiles.
    /// </summary>
    [MethodImpl(JitOptions.Loop)]
    private static void AddPanel(
        ReadOnlySpan<float> deltaPanels, int outputs, ReadOnlySpan<float> inputPanel, int inputs, int input, int block,
        Span<float> gradient)
    {
        int width = Panel.Rows;
        ref float panel = ref MemoryMarshal.GetReference(inputPanel);
        for (int output = 0; output < outputs; output += width)
        {
            ref float sums = ref Unsafe.Add(ref MemoryMarshal.GetReference(gradient), output * inputs + input);
            MatrixProduct.MultiplyPanel(
                ref Unsafe.Add(ref MemoryMarshal.GetReference(deltaPanels), output * block),
                Math.Min(width, outputs - output), 1, width,
                ref panel, Panel.Rows, block, inputs - input,
                ref sums, inputs,
                ref sums, inputs);
        }
    }

    [MethodImpl(JitOptions.Loop)]
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
