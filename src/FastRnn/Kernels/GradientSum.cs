using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRnn.Kernels;

/// <summary>The gradients of weights and biases that many rows (steps × sequences) share: sums over all rows.</summary>
/// <remarks>
/// Rows are taken in blocks. A block's sum is one chain per element and is then added to the gradient, so the rounding error of a
/// sum over R rows grows with the rows of a block and the number of blocks, not with R.
/// </remarks>
internal static class GradientSum
{
    /// <summary>Rows of a block at most.</summary>
    internal const int LongestBlock = 512;

    /// <summary>
    /// From so many outputs on, 4 KiB a row, the columns of Δ fall into few sets of a cache: they are packed into panels first.
    /// </summary>
    private const int PackedFrom = 1024;

    /// <summary>
    /// Rows of a block for so many outputs: a panel of inputs stays in a first-level cache, a block of deltas in a second-level one. Of a
    /// large gradient more, since it comes from beyond those caches once a block.
    /// </summary>
    internal static int BlockRows(int outputs) => outputs < PackedFrom ? LongestBlock / 2 : LongestBlock;

    /// <summary>The scratch floats that <see cref="AddOuterProducts"/> needs for gradients [M, K] of any K.</summary>
    internal static int ScratchLength(int outputs)
        => WideVector.IsAccelerated ? ScratchLength<PanelOfTwo<WideVector>>(outputs) : ScratchLength<PanelOfTwo<PortableVector>>(outputs);

    /// <summary>dW += Δᵀ·X, the sum over the rows r of δᵣ·xᵣᵀ.</summary>
    /// <param name="delta">Δ [R, M]</param>
    /// <param name="x">X [R, K]</param>
    /// <param name="rows">R</param>
    /// <param name="gradient">dW [M, K]</param>
    /// <param name="scratch">at least <see cref="ScratchLength"/>, 64-byte-aligned for speed.</param>
    internal static void AddOuterProducts(
        ReadOnlySpan<float> delta, ReadOnlySpan<float> x, int rows, Span<float> gradient, Span<float> scratch)
    {
        switch (Panel.KindFor(x.Length / rows))
        {
            case PanelKind.Wide:
                AddOuterProducts<PanelOfTwo<WideVector>>(delta, x, rows, gradient, scratch);
                break;
            case PanelKind.WideOfOne:
                AddOuterProducts<PanelOfOne<WideVector>>(delta, x, rows, gradient, scratch);
                break;
            default:
                AddOuterProducts<PanelOfTwo<PortableVector>>(delta, x, rows, gradient, scratch);
                break;
        }
    }

    /// <inheritdoc cref="ScratchLength(int)"/>
    internal static int ScratchLength<TPanel>(int outputs)
        where TPanel : struct, IPanel<TPanel>
        => checked(DeltaLength<TPanel>(outputs) + TPanel.Rows * BlockRows(outputs));

    /// <inheritdoc cref="AddOuterProducts(ReadOnlySpan{float}, ReadOnlySpan{float}, int, Span{float}, Span{float})"/>
    [MethodImpl(JitOptions.Loop)]
    internal static void AddOuterProducts<TPanel>(
        ReadOnlySpan<float> delta, ReadOnlySpan<float> x, int rows, Span<float> gradient, Span<float> scratch)
        where TPanel : struct, IPanel<TPanel>
    {
        int outputs = delta.Length / rows;
        int inputs = x.Length / rows;
        Debug.Assert(delta.Length == rows * outputs && x.Length == rows * inputs, "Δ must be [R, M], X [R, K]");
        Debug.Assert(gradient.Length == outputs * inputs, "dW must be [M, K]");
        Span<float> deltaPanels = scratch[..DeltaLength<TPanel>(outputs)];
        Span<float> inputPanel = scratch.Slice(deltaPanels.Length, TPanel.Rows * BlockRows(outputs));
        int block;
        for (int row = 0; row < rows; row += block)
        {
            block = Math.Min(BlockRows(outputs), rows - row);
            ReadOnlySpan<float> blockDeltas = delta.Slice(row * outputs, block * outputs);
            if (outputs >= PackedFrom)
            {
                PackedMatrix.PackPanelsTransposed<TPanel>(blockDeltas, outputs, block, deltaPanels);
            }

            ReadOnlySpan<float> blockInputs = x.Slice(row * inputs, block * inputs);
            for (int input = 0; input < inputs; input += TPanel.Rows)
            {
                // Rows that are as long as a panel's columns are a panel already.
                ReadOnlySpan<float> panel = blockInputs;
                if (inputs != TPanel.Rows)
                {
                    PackedMatrix.PackPanelTransposed<TPanel>(blockInputs, inputs, block, input, inputPanel, TPanel.Rows);
                    panel = inputPanel;
                }

                if (outputs >= PackedFrom)
                {
                    AddPanel<TPanel>(deltaPanels, TPanel.Rows * block, TPanel.Rows, outputs, panel, inputs, input, block, gradient);
                }
                else
                {
                    AddPanel<TPanel>(blockDeltas, TPanel.Rows, outputs, outputs, panel, inputs, input, block, gradient);
                }
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
            block = Math.Min(BlockRows(gradient.Length), rows - row);
            ReadOnlySpan<float> deltas = delta.Slice(row * gradient.Length, block * gradient.Length);
            if (WideVector.IsAccelerated)
            {
                AddBlockRows<WideVector>(deltas, block, gradient);
            }
            else
            {
                AddBlockRows<PortableVector>(deltas, block, gradient);
            }
        }
    }

    private static int DeltaLength<TPanel>(int outputs)
        where TPanel : struct, IPanel<TPanel>
        => outputs < PackedFrom ? 0 : PackedMatrix.PanelsLength(outputs, BlockRows(outputs), TPanel.Rows);

    /// <summary>
    /// One panel of inputs, which stays in the first-level cache, with as many columns of deltas at a time: those are the rows of the
    /// tiles.
    /// </summary>
    [MethodImpl(JitOptions.Loop)]
    private static void AddPanel<TPanel>(
        ReadOnlySpan<float> deltas, nint panelStride, nint rowStride, int outputs, ReadOnlySpan<float> inputPanel, int inputs, int input,
        int block, Span<float> gradient)
        where TPanel : struct, IPanel<TPanel>
    {
        int width = TPanel.Rows;
        ref float delta = ref MemoryMarshal.GetReference(deltas);
        ref float panel = ref MemoryMarshal.GetReference(inputPanel);
        for (int output = 0; output < outputs; output += width)
        {
            ref float sums = ref Unsafe.Add(ref MemoryMarshal.GetReference(gradient), output * inputs + input);
            var tile = new PanelTile
            {
                X = ref delta,
                RowStride = 1,
                StepStride = rowStride,
                FirstWeight = ref panel,
                PanelStride = TPanel.Rows,
                Steps = block,
                Parts = 1,
                S = ref sums,
                SStride = inputs,
                Y = ref sums,
                YStride = inputs,
            };
            MatrixProduct.MultiplyPanel<TPanel>(ref tile, Math.Min(width, outputs - output), inputs - input);
            delta = ref Unsafe.Add(ref delta, panelStride);
        }
    }

    [MethodImpl(JitOptions.Loop)]
    private static void AddBlockRows<TVector>(ReadOnlySpan<float> delta, int block, Span<float> gradient)
        where TVector : struct, IVector<TVector>
    {
        ref float from = ref MemoryMarshal.GetReference(delta);
        ref float to = ref MemoryMarshal.GetReference(gradient);
        int stride = gradient.Length;
        int column = 0;
        for (; column + 2 * TVector.Count <= stride; column += 2 * TVector.Count)
        {
            TVector s0 = default, s1 = default;
            for (int row = 0; row < block; row++)
            {
                s0 += TVector.Load(ref from, row * stride + column);
                s1 += TVector.Load(ref from, row * stride + column + TVector.Count);
            }

            TVector.Store(TVector.Load(ref to, column) + s0, ref to, column);
            TVector.Store(TVector.Load(ref to, column + TVector.Count) + s1, ref to, column + TVector.Count);
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
