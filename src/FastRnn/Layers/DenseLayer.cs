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

    internal override long TraceLength(int rows, int batch) => SpanAllocator.LengthOf((long)rows * OutputSize);

    internal override void Forward(
        in Sequences sequences, ReadOnlySpan<float> inputs, StateRows state, Span<float> trace, long trainingStep)
    {
        Span<float> outputs = trace[..(sequences.Rows * OutputSize)];
        projection.Forward(inputs, sequences.Rows, outputs);
        activation.Forward(outputs, outputs, OutputSize);
    }

    internal override long BackwardScratchLength(int rows, int batch) => projection.GradientScratchLength;

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
}
