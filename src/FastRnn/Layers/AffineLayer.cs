using System.Runtime.InteropServices;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>y = a⊙x + b, each row by itself.</summary>
/// <param name="scale">a [I]</param>
/// <param name="shift">b [I]</param>
/// <param name="isTrained">whether a and b have gradients; zeros otherwise</param>
internal sealed class AffineLayer(ParameterSlice scale, ParameterSlice shift, bool isTrained) : NetworkLayer
{
    private readonly AlignedBuffer _scale = AlignedBuffer.Allocate(scale.Length);
    private readonly AlignedBuffer _shift = AlignedBuffer.Allocate(shift.Length);

    internal override int InputWidth => scale.Columns;

    internal override int OutputSize => scale.Columns;

    internal override long StepScratchLength => SpanAllocator.LengthOf(OutputSize);

    internal override void Pack(ParameterBuffer parameters)
    {
        parameters[scale].CopyTo(_scale.Span);
        parameters[shift].CopyTo(_shift.Span);
    }

    internal override ref float Step(ref float x, ref float state, ref float scratch, bool descending)
    {
        Rows(MemoryMarshal.CreateReadOnlySpan(ref x, InputWidth), MemoryMarshal.CreateSpan(ref scratch, InputWidth));
        return ref scratch;
    }

    internal override void Forward(in ForwardPass pass, ReadOnlySpan<float> inputs, StateRows state, Span<float> trace)
        => Rows(inputs, trace[..inputs.Length]);

    internal override void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, StateRows stateGradient,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
    {
        int length = sequences.Rows * InputWidth;
        if (isTrained)
        {
            Span<float> products = scratch[..length];
            Elementwise.Zip(default(Multiplication), inputs[..length], outputGradient[..length], products);
            GradientSum.AddRows(products, sequences.Rows, gradients[scale]);
            GradientSum.AddRows(outputGradient[..length], sequences.Rows, gradients[shift]);
        }

        if (!inputGradient.IsEmpty)
        {
            RowScaling.Multiply(outputGradient[..length], _scale.Slice(0, InputWidth), inputGradient);
        }
    }

    private protected override void LayOutScratch(ref SpanAllocator memory, TraceSize size)
        => memory.Take(isTrained ? (long)size.Rows * InputWidth : 0);

    private void Rows(ReadOnlySpan<float> x, Span<float> y)
        => RowScaling.MultiplyAdd(x, _scale.Slice(0, InputWidth), _shift.Slice(0, InputWidth), y);
}
