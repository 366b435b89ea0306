using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>
/// A recurrent layer that runs in reverse, from each sequence's own end to its first step: the same layer on turned rows, whose outputs are
/// turned back. The state is that before the last step in, after the first one out.
/// </summary>
/// <param name="layer">what runs in reverse</param>
internal sealed class ReverseLayer(RecurrentLayer layer) : NetworkLayer
{
    internal override int InputWidth => layer.InputWidth;

    internal override int OutputSize => layer.OutputSize;

    internal override int StateSize => layer.StateSize;

    internal override int StatePartSize => layer.StatePartSize;

    internal override void Pack(ParameterBuffer parameters) => layer.Pack(parameters);

    internal override ref float Step(ref float x, ref float state, ref float scratch, bool descending)
        => throw new InvalidOperationException("A layer that goes descending has to see whole sequences.");

    internal override long TraceLength(int rows, int batch)
        => SpanAllocator.LengthOf((long)rows * OutputSize) + SpanAllocator.LengthOf((long)rows * InputWidth) + layer.TraceLength(rows, batch);

    internal override void Forward(
        in Sequences sequences, ReadOnlySpan<float> inputs, StateRows state, Span<float> trace, long trainingStep)
    {
        var parts = new Trace(this, sequences, trace);
        RowOrder.Reverse(sequences, inputs, InputWidth, parts.Inputs, InputWidth, InputWidth);
        layer.Forward(sequences, parts.Inputs, state, parts.Rest, trainingStep);
        RowOrder.Reverse(
            sequences, parts.Rest[layer.OutputStart(sequences.Batch)..], OutputSize, parts.Outputs, OutputSize, OutputSize);
    }

    internal override long BackwardScratchLength(int rows, int batch)
        => SpanAllocator.LengthOf((long)rows * OutputSize) + SpanAllocator.LengthOf((long)rows * InputWidth)
            + layer.BackwardScratchLength(rows, batch);

    internal override void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, StateRows stateGradient,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
    {
        var parts = new Trace(this, sequences, trace);
        var memory = new SpanAllocator(scratch);
        Span<float> turned = memory.Take(sequences.Rows * OutputSize);
        Span<float> turnedInputs = memory.Take(inputGradient.Length);
        RowOrder.Reverse(sequences, outputGradient, OutputSize, turned, OutputSize, OutputSize);
        layer.Backward(sequences, parts.Inputs, parts.Rest, turned, stateGradient, gradients, turnedInputs, memory.Rest);
        if (!inputGradient.IsEmpty)
        {
            RowOrder.Reverse(sequences, turnedInputs, InputWidth, inputGradient, InputWidth, InputWidth);
        }
    }

    private readonly ref struct Trace
    {
        internal Trace(ReverseLayer reversed, in Sequences sequences, Span<float> trace)
        {
            var memory = new SpanAllocator(trace);
            Outputs = memory.Take(sequences.Rows * reversed.OutputSize);
            Inputs = memory.Take(sequences.Rows * reversed.InputWidth);
            Rest = memory.Rest;
        }

        /// <summary>[R, H], in the order of the steps.</summary>
        internal Span<float> Outputs { get; }

        /// <summary>Each sequence turned round, [R, I].</summary>
        internal Span<float> Inputs { get; }

        /// <summary>The trace of the layer itself.</summary>
        internal Span<float> Rest { get; }
    }
}
