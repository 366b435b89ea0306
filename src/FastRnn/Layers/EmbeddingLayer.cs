using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>y = the row of a table that an index names. Indices travel as the bits of floats, one a row.</summary>
/// <param name="table">[V, E]</param>
internal sealed class EmbeddingLayer(ParameterSlice table) : NetworkLayer
{
    private readonly AlignedBuffer _table = AlignedBuffer.Allocate(table.Length);

    internal override int InputWidth => 1;

    internal override int OutputSize => table.Columns;

    internal override long StepScratchLength => SpanAllocator.LengthOf(OutputSize);

    internal override void Pack(ParameterBuffer parameters) => parameters[table].CopyTo(_table.Span);

    internal override ref float Step(ref float x, ref float state, ref float scratch, bool descending)
    {
        // Copied, so that a later layer reads it aligned.
        ReadOnlySpan<int> index = new(in Unsafe.As<float, int>(ref x));
        RowGathering.Gather(_table.Span, index, OutputSize, MemoryMarshal.CreateSpan(ref scratch, OutputSize));
        return ref scratch;
    }

    internal override void Forward(in ForwardPass pass, ReadOnlySpan<float> inputs, StateRows state, Span<float> trace)
    {
        Span<float> outputs = trace[..(pass.Sequences.Rows * OutputSize)];
        RowGathering.Gather(_table.Span, MemoryMarshal.Cast<float, int>(inputs), OutputSize, outputs);
    }

    internal override void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, StateRows stateGradient,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
        => RowGathering.ScatterAdd(outputGradient, MemoryMarshal.Cast<float, int>(inputs), OutputSize, gradients[table]);
}
