using System.Runtime.InteropServices;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>
/// Makes one row of all steps of a sequence from a running state, so that the row is known at every step; streamed, each step is the last
/// so far. Zeros are the state before the first step.
/// </summary>
/// <param name="width">the floats of a row</param>
internal abstract class PoolingLayer(int width) : NetworkLayer
{
    internal override int InputWidth => width;

    internal override int OutputSize => width;

    internal sealed override int StatePartSize => StateSize;

    internal sealed override bool ReducesTime => true;

    internal sealed override long StepScratchLength => SpanAllocator.LengthOf(width);

    internal sealed override ref float Step(ref float x, ref float state, ref float scratch, bool descending)
    {
        Span<float> running = MemoryMarshal.CreateSpan(ref state, StateSize);
        Add(running, MemoryMarshal.CreateReadOnlySpan(ref x, width));
        Finish(running, MemoryMarshal.CreateSpan(ref scratch, width));
        return ref scratch;
    }

    /// <summary>The rows of sequences that go on in later steps are those so far, to be replaced when these come.</summary>
    internal sealed override void Forward(in ForwardPass pass, ReadOnlySpan<float> inputs, StateRows state, Span<float> trace)
    {
        Sequences sequences = pass.Sequences;
        var memory = new SpanAllocator(trace);
        var parts = new Trace(this, ref memory, pass.Size);
        for (int i = 0; i < sequences.Batch; i++)
        {
            Span<float> running = state.Part(i, 0, StateSize);
            running.CopyTo(parts.InitialOf(i));
            for (int step = 0; step < sequences.Length(i); step++)
            {
                Add(running, inputs.Slice((sequences.Start(step) + i) * width, width));
            }

            running.CopyTo(parts.FinalOf(i));
            Finish(running, parts.OutputOf(i));
        }
    }

    internal sealed override void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, StateRows stateGradient,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
    {
        TraceSize size = sequences.Size;
        var memory = new SpanAllocator(trace);
        var parts = new Trace(this, ref memory, size);
        Span<float> running = scratch[..StateSize], rest = scratch[(int)SpanAllocator.LengthOf(StateSize)..];
        for (int i = 0; i < sequences.Batch; i++)
        {
            if (stateGradient.IsEmpty)
            {
                running.Clear();
            }
            else
            {
                stateGradient.Part(i, 0, StateSize).CopyTo(running);
            }

            var steps = new SequenceRows(sequences, i, inputs, inputGradient, width);
            Backward(
                steps, parts.InitialOf(i), parts.FinalOf(i), parts.OutputOf(i), outputGradient.Slice(i * width, width), running, rest,
                gradients);
            if (!stateGradient.IsEmpty)
            {
                running.CopyTo(stateGradient.Part(i, 0, StateSize));
            }
        }
    }

    private protected sealed override void LayOutTrace(ref SpanAllocator memory, TraceSize size) => _ = new Trace(this, ref memory, size);

    private protected sealed override void LayOutScratch(ref SpanAllocator memory, TraceSize size)
    {
        memory.Take(StateSize);
        memory.Take(width);
        memory.Take(width);
    }

    /// <summary>Takes a step into the state.</summary>
    private protected abstract void Add(Span<float> state, ReadOnlySpan<float> x);

    /// <summary>The row that the state makes.</summary>
    private protected abstract void Finish(ReadOnlySpan<float> state, Span<float> y);

    /// <summary>Back-propagation through the steps of one sequence.</summary>
    /// <param name="steps">the sequence's rows</param>
    /// <param name="initial">the state before the first step</param>
    /// <param name="final">the state after the last one</param>
    /// <param name="output">y [I]</param>
    /// <param name="outputGradient">∂L/∂y [I]</param>
    /// <param name="stateGradient">∂L/∂(final state) in, ∂L/∂(initial state) out</param>
    /// <param name="scratch">two rows [I]</param>
    /// <param name="gradients">added to</param>
    private protected abstract void Backward(
        in SequenceRows steps, ReadOnlySpan<float> initial, ReadOnlySpan<float> final, ReadOnlySpan<float> output,
        ReadOnlySpan<float> outputGradient, Span<float> stateGradient, Span<float> scratch, ParameterBuffer gradients);

    private readonly ref struct Trace(PoolingLayer layer, ref SpanAllocator memory, TraceSize size)
    {
        private readonly int _width = layer.OutputSize, _stateSize = layer.StateSize;
        private readonly Span<float> _outputs = memory.Take((long)size.Batch * layer.OutputSize);
        private readonly Span<float> _initial = memory.Take((long)size.Batch * layer.StateSize);
        private readonly Span<float> _final = memory.Take((long)size.Batch * layer.StateSize);

        internal Span<float> OutputOf(int sequence) => _outputs.Slice(sequence * _width, _width);

        /// <summary>The state before the first step.</summary>
        internal Span<float> InitialOf(int sequence) => _initial.Slice(sequence * _stateSize, _stateSize);

        /// <summary>The state after the last step.</summary>
        internal Span<float> FinalOf(int sequence) => _final.Slice(sequence * _stateSize, _stateSize);
    }
}
