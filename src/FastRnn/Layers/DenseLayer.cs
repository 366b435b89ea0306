using System.Runtime.InteropServices;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>y = g(b + W·x), each row by itself.</summary>
/// <param name="projection">W and b</param>
/// <param name="activation">g</param>
internal sealed class DenseLayer(Projection projection, RowActivation activation) : NetworkLayer
{
    internal override int InputWidth => projection.InputWidth;

    internal override int OutputSize => projection.OutputSize;

    internal override long StepScratchLength => SpanAllocator.LengthOf(OutputSize);

    internal override void Pack(ParameterBuffer parameters) => projection.Pack(parameters);

    internal override ref float Step(ref float x, ref float state, ref float scratch, bool descending)
    {
        Span<float> output = MemoryMarshal.CreateSpan(ref scratch, OutputSize);
        projection.Forward(MemoryMarshal.CreateReadOnlySpan(ref x, InputWidth), 1, output);
        activation.Forward(output, output, OutputSize);
        return ref scratch;
    }

    internal override void Forward(in ForwardPass pass, ReadOnlySpan<float> inputs, StateRows state, Span<float> trace)
    {
        Span<float> outputs = trace[..(pass.Sequences.Rows * OutputSize)];
        projection.Forward(inputs, pass.Sequences.Rows, outputs);
        activation.Forward(outputs, outputs, OutputSize);
    }

    internal override void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, StateRows stateGradient,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
    {
        activation.Backward(trace[..(sequences.Rows * OutputSize)], outputGradient, OutputSize);
        projection.AddGradients(inputs, outputGradient, sequences.Rows, gradients, scratch);
        if (!inputGradient.IsEmpty)
        {
            projection.Propagate(outputGradient, sequences.Rows, inputGradient, add: false);
        }
    }

    private protected override void LayOutScratch(ref SpanAllocator memory, TraceSize size)
        => memory.Take(projection.GradientScratchLength);
}
