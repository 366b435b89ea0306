using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>
/// A layer of a network. It holds its weights, packed, and nothing that belongs to a stream or a batch: states, activations and scratch
/// come as spans. What <see cref="Forward"/> leaves in the trace, <see cref="Backward"/> reads. How a trace and a scratch are laid out is
/// written once, by <see cref="LayOutTrace"/> and <see cref="LayOutScratch"/>, which take the pieces from memory or only count them.
/// </summary>
internal abstract class NetworkLayer
{
    /// <summary>The floats of a row of inputs; 1 for indices.</summary>
    internal abstract int InputWidth { get; }

    /// <summary>The floats of a row of outputs.</summary>
    internal abstract int OutputSize { get; }

    /// <summary>The floats of one sequence's state.</summary>
    internal virtual int StateSize => 0;

    /// <summary>Floats from one part of the state to the next, such as from h to c.</summary>
    internal virtual int StatePartSize => 0;

    /// <summary>Whether outputs are one row a sequence, whatever its steps are.</summary>
    internal virtual bool ReducesTime => false;

    /// <summary>The scratch floats that <see cref="Step"/> needs.</summary>
    internal virtual long StepScratchLength => 0;

    /// <summary>Takes the weights over into the order in which the kernels read them.</summary>
    internal virtual void Pack(ParameterBuffer parameters)
    {
    }

    /// <summary>
    /// One step of one stream; returns where the outputs [O] stand: in the state, the scratch or x. References instead of spans: of a small
    /// network's step their slicing would take a good part.
    /// </summary>
    /// <param name="x">begins x⟨t⟩ [I]</param>
    /// <param name="state">begins [<see cref="StateSize"/>], before the step in, after it out</param>
    /// <param name="scratch">begins at least <see cref="StepScratchLength"/> floats</param>
    /// <param name="descending">whether a recurrent layer reads the panels of its matrices in descending order: at every second step, so
    /// that what a cache still holds of large ones is read first</param>
    internal abstract ref float Step(ref float x, ref float state, ref float scratch, bool descending);

    /// <summary>The floats that <see cref="Forward"/> writes.</summary>
    internal long TraceLength(TraceSize size)
    {
        SpanAllocator counting = SpanAllocator.Counting;
        LayOutTrace(ref counting, size);
        return counting.Used;
    }

    /// <summary>Where in the trace the outputs begin.</summary>
    internal virtual int OutputStart(in Sequences sequences) => 0;

    /// <summary>Some steps, or all; gives the bits that <see cref="Step"/> gives.</summary>
    /// <param name="pass">the steps</param>
    /// <param name="inputs">[R, I]</param>
    /// <param name="state">each sequence's before its first step in, after its last out</param>
    /// <param name="trace">at least <see cref="TraceLength"/>; the outputs [R, O] of steps before are still there where
    /// <see cref="ReducesTime"/></param>
    internal abstract void Forward(in ForwardPass pass, ReadOnlySpan<float> inputs, StateRows state, Span<float> trace);

    /// <summary>The scratch floats that <see cref="Backward"/> needs.</summary>
    internal long BackwardScratchLength(TraceSize size)
    {
        SpanAllocator counting = SpanAllocator.Counting;
        LayOutScratch(ref counting, size);
        return counting.Used;
    }

    /// <summary>Back-propagation through all steps.</summary>
    /// <param name="sequences">as given to <see cref="Forward"/>, all of them at once</param>
    /// <param name="inputs">as given to <see cref="Forward"/></param>
    /// <param name="trace">as <see cref="Forward"/> has left it; is changed, but for the outputs</param>
    /// <param name="outputGradient">∂L/∂outputs [R, O] from the layers above; may be changed</param>
    /// <param name="stateGradient">∂L/∂(last state) in, ∂L/∂(first state) out; empty for zeros in and nothing out</param>
    /// <param name="gradients">receives the sums over rows, added to what is there</param>
    /// <param name="inputGradient">receives ∂L/∂inputs [R, I]; empty when not wanted</param>
    /// <param name="scratch">at least <see cref="BackwardScratchLength"/></param>
    internal abstract void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, StateRows stateGradient,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch);

    /// <summary>Lays out the trace: the outputs [R, O] alone, unless a layer keeps more.</summary>
    private protected virtual void LayOutTrace(ref SpanAllocator memory, TraceSize size) => memory.Take((long)size.Rows * OutputSize);

    /// <summary>Lays out the scratch of <see cref="Backward"/>.</summary>
    private protected virtual void LayOutScratch(ref SpanAllocator memory, TraceSize size)
    {
    }
}
