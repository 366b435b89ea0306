using System.Runtime.InteropServices;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>
/// A sequence of indices within each row, run through a stack that makes one row of it: all rows of a batch are the sequences of an inner
/// batch, sorted by length. A row without indices, all of which are −1, becomes zeros.
/// </summary>
internal sealed class StepSequenceLayer : NetworkLayer
{
    private readonly LayerStack _stack;

    /// <param name="stack">over the indices of a row; it reduces time</param>
    /// <param name="length">L, the most indices of a row</param>
    internal StepSequenceLayer(LayerStack stack, int length)
    {
        _stack = stack;
        InputWidth = length;
        StepScratchLength = TraceLength(new TraceSize(1, 1));
    }

    internal override int InputWidth { get; }

    internal override int OutputSize => _stack.OutputSize;

    internal override long StepScratchLength { get; }

    internal override void Pack(ParameterBuffer parameters) => _stack.Pack(parameters);

    /// <summary>A batch of one row: the layers within may see later indices of it.</summary>
    internal override ref float Step(ref float x, ref float state, ref float scratch, bool descending)
    {
        Forward(
            new ForwardPass(new Sequences(1, 1)), MemoryMarshal.CreateReadOnlySpan(ref x, InputWidth), default,
            MemoryMarshal.CreateSpan(ref scratch, (int)StepScratchLength));
        return ref scratch;
    }

    internal override void Forward(in ForwardPass pass, ReadOnlySpan<float> inputs, StateRows state, Span<float> trace)
    {
        var memory = new SpanAllocator(trace);
        var parts = new Trace(this, ref memory, pass.Size.Rows);
        int rows = pass.Sequences.Rows, count = 0;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<int> indices = MemoryMarshal.Cast<float, int>(inputs.Slice(row * InputWidth, InputWidth));
            int end = indices.IndexOf(-1);
            if (end == 0)
            {
                parts.Outputs.Slice(row * OutputSize, OutputSize).Clear();
                continue;
            }

            parts.Rows[count] = row;
            parts.Lengths[count++] = end < 0 ? InputWidth : end;
        }

        parts.Count[0] = count;
        if (count == 0)
        {
            return;
        }

        var order = new LengthOrder(parts.Order, count, InputWidth);
        order.Sort(parts.Lengths[..count]);
        Sequences sequences = order.Sequences;
        for (int step = 0; step < sequences.Steps; step++)
        {
            Span<float> packed = parts.Inputs[sequences.Start(step)..];
            for (int i = 0; i < sequences.Count(step); i++)
            {
                packed[i] = inputs[parts.Rows[order.Places[i]] * InputWidth + step];
            }
        }

        Span<float> states = parts.State[..(count * _stack.StateSize)];
        states.Clear();
        var inner = new ForwardPass(sequences) { TrainingStepNumber = pass.TrainingStepNumber };
        Span<float> results = _stack.Forward(
            inner, parts.Inputs[..sequences.Rows], new StateRows(states, _stack.StateSize), parts.Stack);
        for (int i = 0; i < count; i++)
        {
            results.Slice(i * OutputSize, OutputSize).CopyTo(parts.Outputs[(parts.Rows[order.Places[i]] * OutputSize)..]);
        }
    }

    internal override void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, StateRows stateGradient,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
    {
        inputGradient.Clear();
        var memory = new SpanAllocator(trace);
        var parts = new Trace(this, ref memory, sequences.Rows);
        int count = parts.Count[0];
        if (count == 0)
        {
            return;
        }

        memory = new SpanAllocator(scratch);
        var spare = new Scratch(this, ref memory, sequences.Rows);
        var order = new LengthOrder(parts.Order, count, InputWidth);
        Sequences sorted = order.Sequences;
        for (int i = 0; i < count; i++)
        {
            outputGradient.Slice(parts.Rows[order.Places[i]] * OutputSize, OutputSize).CopyTo(spare.Outputs[(i * OutputSize)..]);
        }

        _stack.Backward(
            sorted, parts.Inputs[..sorted.Rows], parts.Stack, spare.Outputs[..(count * OutputSize)], default, gradients,
            inputGradient: [], spare.Inner);
    }

    private protected override void LayOutTrace(ref SpanAllocator memory, TraceSize size) => _ = new Trace(this, ref memory, size.Rows);

    private protected override void LayOutScratch(ref SpanAllocator memory, TraceSize size) => _ = new Scratch(this, ref memory, size.Rows);

    /// <summary>What an inner batch of all rows takes at most.</summary>
    private TraceSize SizeOf(int rows) => new((int)Math.Min((long)rows * InputWidth, int.MaxValue), rows);

    private readonly ref struct Trace
    {
        internal Trace(StepSequenceLayer layer, scoped ref SpanAllocator memory, int rows)
        {
            TraceSize size = layer.SizeOf(rows);
            Outputs = memory.Take((long)rows * layer.OutputSize);
            Count = MemoryMarshal.Cast<float, int>(memory.Take(1));
            Rows = MemoryMarshal.Cast<float, int>(memory.Take(rows));
            Lengths = MemoryMarshal.Cast<float, int>(memory.Take(rows));
            Order = MemoryMarshal.Cast<float, int>(memory.Take(LengthOrder.MemoryLength(rows, layer.InputWidth)));
            Inputs = memory.Take(size.Rows);
            State = memory.Take((long)rows * layer._stack.StateSize);
            Stack = memory.Take(layer._stack.TraceLength(size));
        }

        /// <summary>[R, O]</summary>
        internal Span<float> Outputs { get; }

        /// <summary>[1], how many rows have indices.</summary>
        internal Span<int> Count { get; }

        /// <summary>[R], those rows, in their order.</summary>
        internal Span<int> Rows { get; }

        /// <summary>[R], how many indices they have.</summary>
        internal Span<int> Lengths { get; }

        /// <summary>The order by length.</summary>
        internal Span<int> Order { get; }

        /// <summary>Indices in the order of the stack.</summary>
        internal Span<float> Inputs { get; }

        /// <summary>[R, S] of the stack.</summary>
        internal Span<float> State { get; }

        /// <summary>The trace of the stack.</summary>
        internal Span<float> Stack { get; }
    }

    private readonly ref struct Scratch
    {
        internal Scratch(StepSequenceLayer layer, scoped ref SpanAllocator memory, int rows)
        {
            Outputs = memory.Take((long)rows * layer.OutputSize);
            Inner = memory.Take(layer._stack.BackwardScratchLength(layer.SizeOf(rows)));
        }

        /// <summary>∂L/∂outputs in the order of the stack.</summary>
        internal Span<float> Outputs { get; }

        internal Span<float> Inner { get; }
    }
}
