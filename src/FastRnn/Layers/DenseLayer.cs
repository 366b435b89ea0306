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

    private bool KeepsLogits => activation.KeepsInput;

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
        var memory = new SpanAllocator(trace);
        var parts = new Trace(this, ref memory, pass.Sequences.Rows);
        projection.Forward(inputs, pass.Sequences.Rows, parts.Logits);
        activation.Forward(parts.Logits, parts.Outputs, OutputSize);
    }

    internal override void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, StateRows stateGradient,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
    {
        var memory = new SpanAllocator(trace);
        var parts = new Trace(this, ref memory, sequences.Rows);
        activation.Backward(parts.Logits, parts.Outputs, outputGradient, OutputSize);
        projection.AddGradients(inputs, outputGradient, sequences.Rows, gradients, scratch);
        if (!inputGradient.IsEmpty)
        {
            projection.Propagate(outputGradient, sequences.Rows, inputGradient, add: false);
        }
    }

    private protected override void LayOutTrace(ref SpanAllocator memory, TraceSize size) => _ = new Trace(this, ref memory, size.Rows);

    private protected override void LayOutScratch(ref SpanAllocator memory, TraceSize size)
        => memory.Take(projection.GradientScratchLength);

    private readonly ref struct Trace
    {
        internal Trace(DenseLayer layer, ref SpanAllocator memory, int rows)
        {
            long length = (long)rows * layer.OutputSize;
            Outputs = memory.Take(length);
            Logits = layer.KeepsLogits ? memory.Take(length) : Outputs;
        }

        internal Span<float> Outputs { get; }

        /// <summary>b + W·x; where the way back does not need it, the outputs take its place.</summary>
        internal Span<float> Logits { get; }
    }
}
