using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>
/// A layer that runs in reverse, from each sequence's own end to its first step: the same layer on turned rows, whose outputs are turned
/// back. The state is that before the last step in, after the first one out.
/// </summary>
/// <param name="layer">what runs in reverse</param>
internal sealed class ReverseLayer(NetworkLayer layer) : NetworkLayer
{
    internal override int InputWidth => layer.InputWidth;

    internal override int OutputSize => layer.OutputSize;

    internal override int StateSize => layer.StateSize;

    internal override int StatePartSize => layer.StatePartSize;

    internal override void Pack(ParameterBuffer parameters) => layer.Pack(parameters);

    internal override ref float Step(ref float x, ref float state, ref float scratch, bool descending)
        => throw new InvalidOperationException("A layer that runs in reverse has to see whole sequences.");

    internal override void Forward(in ForwardPass pass, ReadOnlySpan<float> inputs, StateRows state, Span<float> trace)
    {
        Sequences sequences = pass.Sequences;
        var memory = new SpanAllocator(trace);
        var parts = new Trace(layer, ref memory, pass.Size);
        RowOrder.Reverse(sequences, inputs, InputWidth, parts.Inputs, InputWidth, InputWidth);
        layer.Forward(pass, parts.Inputs[..(sequences.Rows * InputWidth)], state, parts.Inner);
        RowOrder.Reverse(
            sequences, parts.Inner[layer.OutputStart(sequences)..], OutputSize, parts.Outputs, OutputSize, OutputSize);
    }

    internal override void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, StateRows stateGradient,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
    {
        TraceSize size = sequences.Size;
        var memory = new SpanAllocator(trace);
        var parts = new Trace(layer, ref memory, size);
        var scratchMemory = new SpanAllocator(scratch);
        var turned = new Scratch(layer, ref scratchMemory, size);
        Span<float> turnedInputs = inputGradient.IsEmpty ? [] : turned.InputGradient;
        RowOrder.Reverse(sequences, outputGradient, OutputSize, turned.OutputGradient, OutputSize, OutputSize);
        layer.Backward(
            sequences, parts.Inputs, parts.Inner, turned.OutputGradient, stateGradient, gradients, turnedInputs, turned.Inner);
        if (!inputGradient.IsEmpty)
        {
            RowOrder.Reverse(sequences, turnedInputs, InputWidth, inputGradient, InputWidth, InputWidth);
        }
    }

    private protected override void LayOutTrace(ref SpanAllocator memory, TraceSize size) => _ = new Trace(layer, ref memory, size);

    private protected override void LayOutScratch(ref SpanAllocator memory, TraceSize size) => _ = new Scratch(layer, ref memory, size);

    private readonly ref struct Trace(NetworkLayer layer, ref SpanAllocator memory, TraceSize size)
    {
        /// <summary>[R, O], in the order of the steps.</summary>
        internal Span<float> Outputs { get; } = memory.Take((long)size.Rows * layer.OutputSize);

        /// <summary>Each sequence turned round, [R, I].</summary>
        internal Span<float> Inputs { get; } = memory.Take((long)size.Rows * layer.InputWidth);

        /// <summary>The trace of the layer itself.</summary>
        internal Span<float> Inner { get; } = memory.Take(layer.TraceLength(size));
    }

    private readonly ref struct Scratch(NetworkLayer layer, ref SpanAllocator memory, TraceSize size)
    {
        /// <summary>[R, O], turned round.</summary>
        internal Span<float> OutputGradient { get; } = memory.Take((long)size.Rows * layer.OutputSize);

        /// <summary>[R, I], turned round.</summary>
        internal Span<float> InputGradient { get; } = memory.Take((long)size.Rows * layer.InputWidth);

        /// <summary>The scratch of the layer itself.</summary>
        internal Span<float> Inner { get; } = memory.Take(layer.BackwardScratchLength(size));
    }
}
