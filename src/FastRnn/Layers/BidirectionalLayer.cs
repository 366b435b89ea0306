using System.Numerics.Tensors;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>
/// Two recurrent layers over the same inputs, one forwards, one in reverse from each sequence's own end; outputs [R, 2·H] are those of
/// both side by side. The state has the parts of both side by side too, h→, h←, then c→, c←: the layout of one layer of twice the size.
/// Source: M. Schuster and K. K. Paliwal, Bidirectional recurrent neural networks, IEEE Transactions on Signal Processing 45 (1997).
/// </summary>
internal sealed class BidirectionalLayer : NetworkLayer
{
    private readonly NetworkLayer _forward;
    private readonly ReverseLayer _reverse;

    /// <param name="forward">from the first step to the last</param>
    /// <param name="reverse">from the last to the first; as large as the other</param>
    internal BidirectionalLayer(NetworkLayer forward, ReverseLayer reverse)
    {
        _forward = forward;
        _reverse = reverse;
    }

    internal override int InputWidth => _forward.InputWidth;

    internal override int OutputSize => 2 * Half;

    internal override int StateSize => 2 * _forward.StateSize;

    internal override int StatePartSize => 2 * Half;

    private int Half => _forward.OutputSize;

    internal override void Pack(ParameterBuffer parameters)
    {
        _forward.Pack(parameters);
        _reverse.Pack(parameters);
    }

    internal override ref float Step(ref float x, ref float state, ref float scratch, bool descending)
        => throw new InvalidOperationException("A bidirectional layer has to see whole sequences.");

    internal override void Forward(in ForwardPass pass, ReadOnlySpan<float> inputs, StateRows state, Span<float> trace)
    {
        Sequences sequences = pass.Sequences;
        int rows = sequences.Rows;
        var memory = new SpanAllocator(trace);
        var parts = new Trace(this, ref memory, pass.Size);
        _forward.Forward(pass, inputs, state.From(0, OutputSize), parts.Forward);
        _reverse.Forward(pass, inputs, state.From(Half, OutputSize), parts.Reverse);
        RowOrder.Copy(rows, parts.Forward[_forward.OutputStart(sequences)..], Half, parts.Outputs, OutputSize, Half);
        RowOrder.Copy(rows, parts.Reverse[_reverse.OutputStart(sequences)..], Half, parts.Outputs[Half..], OutputSize, Half);
    }

    internal override void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, StateRows stateGradient,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
    {
        int rows = sequences.Rows;
        var size = new TraceSize(rows, sequences.Batch);
        var memory = new SpanAllocator(trace);
        var parts = new Trace(this, ref memory, size);
        var scratchMemory = new SpanAllocator(scratch);
        var gradient = new Scratch(this, ref scratchMemory, size);
        Span<float> second = inputGradient.IsEmpty ? [] : gradient.Inputs;
        RowOrder.Copy(rows, outputGradient, OutputSize, gradient.Half, Half, Half);
        _forward.Backward(
            sequences, inputs, parts.Forward, gradient.Half, stateGradient.From(0, OutputSize), gradients, inputGradient, gradient.Inner);
        RowOrder.Copy(rows, outputGradient[Half..], OutputSize, gradient.Half, Half, Half);
        _reverse.Backward(
            sequences, inputs, parts.Reverse, gradient.Half, stateGradient.From(Half, OutputSize), gradients, second, gradient.Inner);
        if (!inputGradient.IsEmpty)
        {
            TensorPrimitives.Add(inputGradient, second, inputGradient);
        }
    }

    private protected override void LayOutTrace(ref SpanAllocator memory, TraceSize size) => _ = new Trace(this, ref memory, size);

    private protected override void LayOutScratch(ref SpanAllocator memory, TraceSize size) => _ = new Scratch(this, ref memory, size);

    private readonly ref struct Trace(BidirectionalLayer layer, ref SpanAllocator memory, TraceSize size)
    {
        /// <summary>[R, 2·H]</summary>
        internal Span<float> Outputs { get; } = memory.Take((long)size.Rows * layer.OutputSize);

        internal Span<float> Forward { get; } = memory.Take(layer._forward.TraceLength(size));

        internal Span<float> Reverse { get; } = memory.Take(layer._reverse.TraceLength(size));
    }

    private readonly ref struct Scratch(BidirectionalLayer layer, ref SpanAllocator memory, TraceSize size)
    {
        /// <summary>∂L/∂outputs of one direction, [R, H].</summary>
        internal Span<float> Half { get; } = memory.Take((long)size.Rows * layer.Half);

        /// <summary>∂L/∂inputs of the second direction, [R, I].</summary>
        internal Span<float> Inputs { get; } = memory.Take((long)size.Rows * layer.InputWidth);

        /// <summary>The scratch of one direction after the other.</summary>
        internal Span<float> Inner { get; }
            = memory.Take(Math.Max(layer._forward.BackwardScratchLength(size), layer._reverse.BackwardScratchLength(size)));
    }
}
