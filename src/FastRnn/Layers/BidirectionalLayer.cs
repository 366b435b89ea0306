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
    private readonly RecurrentLayer _forward;
    private readonly ReverseLayer _reverse;

    /// <param name="forward">from the first step to the last</param>
    /// <param name="reverse">from the last to the first; as large as the other</param>
    internal BidirectionalLayer(RecurrentLayer forward, ReverseLayer reverse)
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

    internal override long TraceLength(int rows, int batch)
        => SpanAllocator.LengthOf((long)rows * OutputSize) + SpanAllocator.LengthOf(_forward.TraceLength(rows, batch))
            + _reverse.TraceLength(rows, batch);

    internal override void Forward(
        in Sequences sequences, ReadOnlySpan<float> inputs, StateRows state, Span<float> trace, long trainingStep)
    {
        int rows = sequences.Rows;
        var parts = new Trace(this, sequences, trace);
        _forward.Forward(sequences, inputs, state.From(0, OutputSize), parts.Forward, trainingStep);
        _reverse.Forward(sequences, inputs, state.From(Half, OutputSize), parts.Reverse, trainingStep);
        RowOrder.Copy(rows, parts.Forward[_forward.OutputStart(sequences.Batch)..], Half, parts.Outputs, OutputSize, Half);
        RowOrder.Copy(rows, parts.Reverse[_reverse.OutputStart(sequences.Batch)..], Half, parts.Outputs[Half..], OutputSize, Half);
    }

    internal override long BackwardScratchLength(int rows, int batch)
        => SpanAllocator.LengthOf((long)rows * Half) + SpanAllocator.LengthOf((long)rows * InputWidth)
            + Math.Max(_forward.BackwardScratchLength(rows, batch), _reverse.BackwardScratchLength(rows, batch));

    internal override void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, StateRows stateGradient,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
    {
        int rows = sequences.Rows;
        var parts = new Trace(this, sequences, trace);
        var memory = new SpanAllocator(scratch);
        Span<float> half = memory.Take(rows * Half);
        Span<float> second = memory.Take(inputGradient.Length);
        RowOrder.Copy(rows, outputGradient, OutputSize, half, Half, Half);
        _forward.Backward(
            sequences, inputs, parts.Forward, half, stateGradient.From(0, OutputSize), gradients, inputGradient, memory.Rest);
        RowOrder.Copy(rows, outputGradient[Half..], OutputSize, half, Half, Half);
        _reverse.Backward(
            sequences, inputs, parts.Reverse, half, stateGradient.From(Half, OutputSize), gradients, second, memory.Rest);
        if (!inputGradient.IsEmpty)
        {
            TensorPrimitives.Add(inputGradient, second, inputGradient);
        }
    }

    private readonly ref struct Trace
    {
        internal Trace(BidirectionalLayer layer, in Sequences sequences, Span<float> trace)
        {
            int rows = sequences.Rows;
            var memory = new SpanAllocator(trace);
            Outputs = memory.Take(rows * layer.OutputSize);
            Forward = memory.Take((int)layer._forward.TraceLength(rows, sequences.Batch));
            Reverse = memory.Take((int)layer._reverse.TraceLength(rows, sequences.Batch));
        }

        /// <summary>[R, 2·H]</summary>
        internal Span<float> Outputs { get; }

        internal Span<float> Forward { get; }

        internal Span<float> Reverse { get; }
    }
}
