using System.Diagnostics;
using System.Runtime.CompilerServices;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>Layers one upon the other, at least one. Behind a layer that makes one row of each sequence, the others see those rows.
/// </summary>
internal sealed class LayerStack
{
    private readonly NetworkLayer[] _layers;

    /// <summary>The place of the layer that reduces time; that behind the last where none does.</summary>
    private readonly int _reducing;

    /// <summary>For each layer where its state and its scratch begin in those of a step; asked for once, not at every step.</summary>
    private readonly (int State, int Scratch)[] _starts;

    internal LayerStack(NetworkLayer[] layers)
    {
        _layers = layers;
        _reducing = Array.FindIndex(layers, layer => layer.ReducesTime) is >= 0 and var found ? found : layers.Length;
        _starts = new (int, int)[layers.Length];
        for (int i = 0; i < layers.Length; i++)
        {
            _starts[i] = (StateSize, checked((int)StepScratchLength));
            StateSize += layers[i].StateSize;
            StepScratchLength += SpanAllocator.LengthOf(layers[i].StepScratchLength);
        }
    }

    /// <summary>The floats of one sequence's state, layer by layer.</summary>
    internal int StateSize { get; }

    /// <summary>The scratch floats that <see cref="Step"/> needs.</summary>
    internal long StepScratchLength { get; }

    /// <summary>The floats of a row of inputs; 1 for indices.</summary>
    internal int InputWidth => _layers[0].InputWidth;

    /// <summary>Whether outputs are one row a sequence.</summary>
    internal bool ReducesTime => _reducing < _layers.Length;

    internal void Pack(ParameterBuffer parameters)
    {
        foreach (NetworkLayer layer in _layers)
        {
            layer.Pack(parameters);
        }
    }

    /// <inheritdoc cref="NetworkLayer.Step"/>
    internal ref float Step(ref float x, ref float state, ref float scratch, bool descending)
    {
        NetworkLayer[] layers = _layers;
        if (layers.Length == 1)
        {
            return ref layers[0].Step(ref x, ref state, ref scratch, descending);
        }

        (int State, int Scratch)[] starts = _starts;
        Debug.Assert(starts.Length == layers.Length, "each layer has a start");
        for (int i = 0; i < layers.Length && i < starts.Length; i++)
        {
            (int State, int Scratch) start = starts[i];
            x = ref layers[i].Step(ref x, ref Unsafe.Add(ref state, start.State), ref Unsafe.Add(ref scratch, start.Scratch), descending);
        }

        return ref x;
    }

    /// <summary>The floats that <see cref="Forward"/> writes.</summary>
    internal long TraceLength(TraceSize size)
    {
        long length = 0;
        foreach (NetworkLayer layer in _layers)
        {
            length += SpanAllocator.LengthOf(layer.TraceLength(size));
            size = layer.ReducesTime ? size.Reduced : size;
        }

        return length;
    }

    /// <summary>Steps of all layers; returns where the outputs stand, [R, O], or [N, O] behind a layer that reduces time. As long as
    /// steps are to come the layers behind it wait, and nothing is returned.</summary>
    /// <param name="pass">the steps</param>
    /// <param name="inputs">[R, I]</param>
    /// <param name="state">[N, <see cref="StateSize"/>], or rows of more that begin with it</param>
    /// <param name="stateSize">floats from one row of the state to the next</param>
    /// <param name="trace">at least <see cref="TraceLength"/></param>
    internal Span<float> Forward(
        scoped in ForwardPass pass, ReadOnlySpan<float> inputs, Span<float> state, int stateSize, Span<float> trace)
    {
        ForwardPass here = pass;
        var memory = new SpanAllocator(trace);
        Span<float> outputs = [];
        int offset = 0;
        foreach (NetworkLayer layer in _layers)
        {
            Span<float> layerTrace = memory.Take(layer.TraceLength(here.Size));
            layer.Forward(here, inputs, StateOf(layer, state, stateSize, offset), layerTrace);
            if (layer.ReducesTime)
            {
                if (here.HasMore)
                {
                    return [];
                }

                here = here.Reduced();
            }

            outputs = layerTrace.Slice(layer.OutputStart(here.Sequences), here.Sequences.Rows * layer.OutputSize);
            inputs = outputs;
            offset += layer.StateSize;
        }

        return outputs;
    }

    /// <summary>The outputs that a forward pass over all steps has left in the trace.</summary>
    internal Span<float> Outputs(scoped in Sequences sequences, Span<float> trace)
    {
        int end = (int)TraceLength(new TraceSize(sequences.Rows, sequences.Batch));
        return OutputsOf(_layers.Length - 1, sequences, TraceOf(_layers.Length - 1, sequences, trace, ref end));
    }

    /// <summary>The scratch floats that <see cref="Backward"/> needs.</summary>
    internal long BackwardScratchLength(TraceSize size)
    {
        SpanAllocator counting = SpanAllocator.Counting;
        _ = new Scratch(this, ref counting, size);
        return counting.Used;
    }

    /// <summary>Back-propagation through all layers.</summary>
    /// <param name="sequences">as given to <see cref="Forward"/>, all steps at once</param>
    /// <param name="inputs">as given to <see cref="Forward"/></param>
    /// <param name="trace">as <see cref="Forward"/> has left it; is changed</param>
    /// <param name="outputGradient">∂L/∂outputs; is changed</param>
    /// <param name="stateGradient">∂L/∂(last state) in, ∂L/∂(first state) out, as the state lies; empty for zeros in and nothing
    /// out</param>
    /// <param name="stateSize">floats from one row of it to the next</param>
    /// <param name="gradients">added to</param>
    /// <param name="inputGradient">receives ∂L/∂inputs [R, I]; empty when not wanted</param>
    /// <param name="scratch">at least <see cref="BackwardScratchLength"/></param>
    internal void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient,
        Span<float> stateGradient, int stateSize, ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
    {
        var size = new TraceSize(sequences.Rows, sequences.Batch);
        var memory = new SpanAllocator(scratch);
        var spare = new Scratch(this, ref memory, size);
        Span<float> one = spare.One, other = spare.Other;
        int end = (int)TraceLength(size);
        Span<float> layerTrace = TraceOf(_layers.Length - 1, sequences, trace, ref end);
        int offset = StateSize;
        for (int i = _layers.Length - 1; i >= 0; i--)
        {
            NetworkLayer layer = _layers[i];
            Sequences seen = SeenBy(i, sequences);
            offset -= layer.StateSize;
            Span<float> below = i == 0 ? inputGradient : one[..(seen.Rows * layer.InputWidth)];
            Span<float> traceBelow = i == 0 ? [] : TraceOf(i - 1, sequences, trace, ref end);
            layer.Backward(
                seen, i == 0 ? inputs : OutputsOf(i - 1, sequences, traceBelow), layerTrace, outputGradient,
                StateOf(layer, stateGradient, stateSize, offset), gradients, below, spare.Inner);
            outputGradient = below;
            layerTrace = traceBelow;
            Span<float> free = other;
            other = one;
            one = free;
        }
    }

    /// <summary>The rows that a layer sees: one a sequence where a layer before it has reduced time.</summary>
    private Sequences SeenBy(int layer, scoped in Sequences sequences)
        => layer > _reducing ? new Sequences(1, sequences.Batch) : sequences;

    /// <summary>The piece of the trace before <paramref name="end"/>, which then is where it begins.</summary>
    private Span<float> TraceOf(int layer, scoped in Sequences sequences, Span<float> trace, scoped ref int end)
    {
        Sequences seen = SeenBy(layer, sequences);
        int length = (int)SpanAllocator.LengthOf(_layers[layer].TraceLength(new TraceSize(seen.Rows, seen.Batch)));
        end -= length;
        return trace.Slice(end, length);
    }

    private Span<float> OutputsOf(int layer, scoped in Sequences sequences, Span<float> trace)
    {
        Sequences seen = SeenBy(layer + 1, sequences);
        return trace.Slice(_layers[layer].OutputStart(seen), seen.Rows * _layers[layer].OutputSize);
    }

    private static StateRows StateOf(NetworkLayer layer, Span<float> state, int stateSize, int offset)
        => layer.StateSize == 0 || state.IsEmpty ? default : new StateRows(state[offset..], stateSize, layer.StatePartSize);

    private readonly ref struct Scratch
    {
        internal Scratch(LayerStack stack, scoped ref SpanAllocator memory, TraceSize size)
        {
            long widest = 0, layers = 0;
            foreach (NetworkLayer layer in stack._layers)
            {
                widest = Math.Max(widest, (long)size.Rows * layer.InputWidth);
                layers = Math.Max(layers, layer.BackwardScratchLength(size));
                size = layer.ReducesTime ? size.Reduced : size;
            }

            One = memory.Take(widest);
            Other = memory.Take(widest);
            Inner = memory.Take(layers);
        }

        /// <summary>The gradients of a layer's inputs, and of the next one's, by turns.</summary>
        internal Span<float> One { get; }

        /// <inheritdoc cref="One"/>
        internal Span<float> Other { get; }

        /// <summary>The scratch of one layer after the other.</summary>
        internal Span<float> Inner { get; }
    }
}
