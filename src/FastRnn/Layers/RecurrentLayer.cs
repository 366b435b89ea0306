using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>
/// Time: takes the steps one after the other, forwards and back. What a step computes is a derived layer's.
/// </summary>
/// <typeparam name="TWork">the pieces of the trace beside the states</typeparam>
/// <remarks>
/// The trace begins with the states, a plane [N + R, H] for each part of the state: the initial ones, and behind them those of every
/// row. The state before step t > 0 thus stands at the rows of step t − 1, of which only those sequences are read that go on. The first
/// plane's rows behind the initial ones are the outputs.
/// </remarks>
internal abstract class RecurrentLayer<TWork> : NetworkLayer
    where TWork : struct, allows ref struct
{
    internal sealed override int StateSize => StateParts * OutputSize;

    internal sealed override int StatePartSize => OutputSize;

    /// <summary>How many parts the state has, each as long as an output; the first is the output.</summary>
    internal abstract int StateParts { get; }

    internal sealed override int OutputStart(in Sequences sequences) => sequences.Batch * OutputSize;

    internal sealed override void Forward(in ForwardPass pass, ReadOnlySpan<float> inputs, StateRows state, Span<float> trace)
    {
        Sequences sequences = pass.Sequences;
        int batch = sequences.Batch;
        var memory = new SpanAllocator(trace);
        Trace parts = LayOut(ref memory, new TraceSize(sequences.Rows, batch));
        Span<float> states = parts.States;
        int plane = states.Length / StateParts;
        for (int i = 0; i < batch; i++)
        {
            CopyInitial(state, i, states, plane);
        }

        bool isByStep = ProjectsByStep(batch);
        if (!isByStep)
        {
            ForwardInputs(inputs, sequences.Rows, parts.Work);
        }

        for (int step = 0; step < sequences.Steps; step++)
        {
            int row = sequences.Start(step);
            ForwardStep(
                isByStep ? inputs.Slice(row * InputWidth, InputWidth) : [], row, sequences.Count(step),
                states[(PreviousRow(sequences, step) * OutputSize)..], states[((batch + row) * OutputSize)..],
                plane, parts.Work, descending: step % 2 != 0);
        }

        for (int i = 0; i < batch; i++)
        {
            CopyFinal(states, plane, batch + sequences.Start(sequences.Length(i) - 1) + i, state, i);
        }
    }

    /// <summary>
    /// Only what goes from a step to the one before it is sequential; the gradient sums follow after the loop as one product each.
    /// </summary>
    internal sealed override void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, StateRows stateGradient,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
    {
        int batch = sequences.Batch;
        var size = new TraceSize(sequences.Rows, batch);
        var memory = new SpanAllocator(trace);
        Trace parts = LayOut(ref memory, size);
        Span<float> states = parts.States;
        int plane = states.Length / StateParts;
        var scratchMemory = new SpanAllocator(scratch);
        var spare = new Scratch(this, ref scratchMemory, size);
        Span<float> carry = spare.Carry;
        int carryPlane = carry.Length / StateParts;
        carry.Clear();
        for (int i = 0; !stateGradient.IsEmpty && i < batch; i++)
        {
            CopyInitial(stateGradient, i, carry, carryPlane);
        }

        // Going back, a sequence joins at its own end: until then its rows of the carried gradient are those of its final state.
        for (int step = sequences.Steps - 1; step >= 0; step--)
        {
            int row = sequences.Start(step);
            int count = sequences.Count(step);
            BackwardStep(
                row, count, states[(PreviousRow(sequences, step) * OutputSize)..], states[((batch + row) * OutputSize)..], plane,
                outputGradient.Slice(row * OutputSize, count * OutputSize), carry, carryPlane, parts.Work, gradients, spare.Work);
        }

        BackwardSums(
            inputs, PreviousStates(sequences, states, spare.Gathered), sequences.Rows, parts.Work, gradients, inputGradient, spare.Work);
        for (int i = 0; !stateGradient.IsEmpty && i < batch; i++)
        {
            CopyFinal(carry, carryPlane, i, stateGradient, i);
        }
    }

    private protected sealed override void LayOutTrace(ref SpanAllocator memory, TraceSize size) => LayOut(ref memory, size);

    private protected sealed override void LayOutScratch(ref SpanAllocator memory, TraceSize size)
        => _ = new Scratch(this, ref memory, size);

    /// <summary>Lays out the trace beside the states.</summary>
    private protected abstract TWork LayOutWork(ref SpanAllocator memory, TraceSize size);

    /// <summary>The floats of scratch that a step back and the sums after all steps need.</summary>
    private protected abstract long BackwardWorkLength(int batch);

    /// <summary>Whether a step projects its inputs itself, instead of all at once: for one sequence of a small layer, as it is streamed.
    /// </summary>
    private protected virtual bool ProjectsByStep(int batch) => false;

    /// <summary>Projects the inputs of all steps at once.</summary>
    private protected abstract void ForwardInputs(ReadOnlySpan<float> inputs, int rows, in TWork work);

    /// <param name="inputs">[n, I]; empty where all have been projected at once</param>
    /// <param name="row">the step's first row</param>
    /// <param name="count">the step's rows, n</param>
    /// <param name="previous">begins with the rows [n, H] of the state before the step</param>
    /// <param name="next">begins with the rows for the state after it</param>
    /// <param name="plane">floats from one part of the state to the next</param>
    /// <param name="work">of all steps</param>
    /// <param name="descending">as <see cref="NetworkLayer.Step"/> has it</param>
    private protected abstract void ForwardStep(
        ReadOnlySpan<float> inputs, int row, int count, Span<float> previous, Span<float> next, int plane, in TWork work, bool descending);

    /// <param name="row">the step's first row</param>
    /// <param name="count">the step's rows, n</param>
    /// <param name="previous">begins with the rows [n, H] of the state before the step</param>
    /// <param name="state">begins with those after it</param>
    /// <param name="plane">floats from one part of the state to the next</param>
    /// <param name="outputGradient">[n, H], from the layers above</param>
    /// <param name="carry">begins with the rows [n, H] of ∂L/∂state: from later steps in, to the step before out</param>
    /// <param name="carryPlane">floats from one part's gradient to the next</param>
    /// <param name="work">as the forward steps have left it</param>
    /// <param name="gradients">added to</param>
    /// <param name="scratch">as long as <see cref="BackwardWorkLength"/></param>
    private protected abstract void BackwardStep(
        int row, int count, Span<float> previous, Span<float> state, int plane, ReadOnlySpan<float> outputGradient,
        Span<float> carry, int carryPlane, in TWork work, ParameterBuffer gradients, Span<float> scratch);

    /// <param name="inputs">[R, I]</param>
    /// <param name="previous">[R, H], the outputs of the step before each row</param>
    /// <param name="rows">R</param>
    /// <param name="work">as the steps back have left it</param>
    /// <param name="gradients">added to</param>
    /// <param name="inputGradient">[R, I]; empty when not wanted</param>
    /// <param name="scratch">as long as <see cref="BackwardWorkLength"/></param>
    private protected abstract void BackwardSums(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> previous, int rows, in TWork work, ParameterBuffer gradients,
        Span<float> inputGradient, Span<float> scratch);

    private Trace LayOut(ref SpanAllocator memory, TraceSize size)
        => new()
        {
            States = memory.Take(StateParts * PlaneLength((long)size.Rows + size.Batch)),
            Work = LayOutWork(ref memory, size),
        };

    private long PlaneLength(long rows) => SpanAllocator.LengthOf(rows * OutputSize);

    /// <summary>The row of a plane at which the states before a step begin.</summary>
    private static int PreviousRow(in Sequences sequences, int step) => step == 0 ? 0 : sequences.Batch + sequences.Start(step - 1);

    /// <summary>The outputs before each row: where lengths differ, they have to be brought together.</summary>
    private ReadOnlySpan<float> PreviousStates(in Sequences sequences, Span<float> states, Span<float> gathered)
    {
        if (sequences.IsUniform)
        {
            return states[..(sequences.Rows * OutputSize)];
        }

        for (int step = 0; step < sequences.Steps; step++)
        {
            states.Slice(PreviousRow(sequences, step) * OutputSize, sequences.Count(step) * OutputSize)
                .CopyTo(gathered[(sequences.Start(step) * OutputSize)..]);
        }

        return gathered;
    }

    private void CopyInitial(StateRows from, int sequence, Span<float> planes, int plane)
    {
        for (int part = 0; part < StateParts; part++)
        {
            from.Part(sequence, part, OutputSize).CopyTo(planes[(part * plane + sequence * OutputSize)..]);
        }
    }

    private void CopyFinal(ReadOnlySpan<float> planes, int plane, int row, StateRows to, int sequence)
    {
        for (int part = 0; part < StateParts; part++)
        {
            planes.Slice(part * plane + row * OutputSize, OutputSize).CopyTo(to.Part(sequence, part, OutputSize));
        }
    }

    private ref struct Trace
    {
        /// <summary>A plane [N + R, H] for each part of the state.</summary>
        internal Span<float> States;

        internal TWork Work;
    }

    private readonly ref struct Scratch(RecurrentLayer<TWork> layer, ref SpanAllocator memory, TraceSize size)
    {
        /// <summary>∂L/∂state on its way back, a plane [N, H] for each part.</summary>
        internal Span<float> Carry { get; } = memory.Take(layer.StateParts * layer.PlaneLength(size.Batch));

        /// <summary>The outputs before each row [R, H], where lengths differ.</summary>
        internal Span<float> Gathered { get; } = memory.Take((long)size.Rows * layer.OutputSize);

        internal Span<float> Work { get; } = memory.Take(layer.BackwardWorkLength(size.Batch));
    }
}
