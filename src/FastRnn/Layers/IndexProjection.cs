using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>
/// The product of one-hot vectors, given as indices, with a matrix: y = b + the column of W that the index names, gathered. Indices
/// travel as the bits of floats, one a row, so that layers of indices and of values have one signature.
/// </summary>
internal sealed class IndexProjection : Projection
{
    /// <summary>Wᵀ with the bias added to each row, [K, M].</summary>
    private readonly AlignedBuffer _rows;

    internal IndexProjection(ParameterSlice weights, ParameterSlice? bias)
        : base(weights, bias)
        => _rows = AlignedBuffer.Allocate(weights.Length);

    internal override int InputWidth => 1;

    internal override long GradientScratchLength => Weights.Length;

    internal override void Pack(ParameterBuffer parameters)
    {
        Span<float> rows = _rows.Slice(0, Weights.Length);
        rows.Clear();
        Transposition.Add(parameters[Weights], Weights.Rows, Weights.Columns, rows);
        for (int index = 0; Bias is { } bias && index < Weights.Columns; index++)
        {
            Span<float> row = rows.Slice(index * OutputSize, OutputSize);
            TensorPrimitives.Add(row, parameters[bias], row);
        }
    }

    internal override void Forward(ReadOnlySpan<float> inputs, int rows, Span<float> outputs)
        => RowGathering.Gather(_rows.Span, MemoryMarshal.Cast<float, int>(inputs[..rows]), OutputSize, outputs);

    internal override void Forward(
        ref float x, PackedMatrix recurrent, ref float h, ref float y, ref float q, bool descending)
    {
        Forward(MemoryMarshal.CreateReadOnlySpan(ref x, 1), 1, MemoryMarshal.CreateSpan(ref y, OutputSize));
        Product.Multiply(
            recurrent, MemoryMarshal.CreateReadOnlySpan(ref h, recurrent.Columns), 1, MemoryMarshal.CreateSpan(ref q, OutputSize),
            add: Unsafe.AreSame(ref y, ref q), descending);
    }

    internal override void Propagate(ReadOnlySpan<float> delta, int rows, Span<float> inputGradient, bool add)
        => Debug.Fail("an index has no gradient");

    private protected override void AddWeightGradients(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> delta, int rows, Span<float> weightGradients, Span<float> scratch)
    {
        ReadOnlySpan<int> indices = MemoryMarshal.Cast<float, int>(inputs[..rows]);
        if (rows < Weights.Columns)
        {
            RowGathering.ScatterAddColumns(delta, indices, OutputSize, weightGradients);
            return;
        }

        // At least as many rows as columns: they are summed where they lie in one piece, and turned over once.
        Span<float> sums = scratch[..Weights.Length];
        sums.Clear();
        RowGathering.ScatterAdd(delta, indices, OutputSize, sums);
        Transposition.Add(sums, Weights.Columns, Weights.Rows, weightGradients);
    }
}
