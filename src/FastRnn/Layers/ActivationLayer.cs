using System.Runtime.InteropServices;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>y = g(x), each row by itself.</summary>
/// <param name="activation">g</param>
/// <param name="width">the floats of a row</param>
internal sealed class ActivationLayer(RowActivation activation, int width) : NetworkLayer
{
    internal override int InputWidth => width;

    internal override int OutputSize => width;

    internal override long StepScratchLength => SpanAllocator.LengthOf(width);

    internal override ref float Step(ref float x, ref float state, ref float scratch, bool descending)
    {
        activation.Forward(MemoryMarshal.CreateReadOnlySpan(ref x, width), MemoryMarshal.CreateSpan(ref scratch, width), width);
        return ref scratch;
    }

    internal override void Forward(in ForwardPass pass, ReadOnlySpan<float> inputs, StateRows state, Span<float> trace)
        => activation.Forward(inputs, trace[..inputs.Length], width);

    internal override void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, StateRows stateGradient,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
    {
        if (!inputGradient.IsEmpty)
        {
            outputGradient.CopyTo(inputGradient);
            activation.Backward(inputs[..inputGradient.Length], trace[..inputGradient.Length], inputGradient, width);
        }
    }
}
