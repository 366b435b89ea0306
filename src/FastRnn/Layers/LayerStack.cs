using System.Diagnostics;
using System.Runtime.CompilerServices;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>Layers one upon the other, at least one. Behind a layer that makes one row of each sequence, the others see those rows.
/// </summary>
internal sealed class LayerStack
{
    private readonly NetworkLayer[] _layers;

    /// <summary>For each layer where its state and its scratch begin in those of a step; asked for once, not at every step.</summary>
    private readonly (int State, int Scratch)[] _starts;

    private readonly int? _statePartSize;

    /// <param name="layers">from the inputs up</param>
    /// <param name="statePartSize">floats from one part of a state to the next, where others lie between; else each layer's own</param>
    internal LayerStack(NetworkLayer[] layers, int? statePartSize = null)
    {
        _layers = layers;
        _statePartSize = statePartSize;
        _starts = new (int, int)[layers.Length];
        for (int i = 0; i < layers.Length; i++)
        {
            _starts[i] = (StateSize, checked((int)StepScratchLength));
            StateSize += layers[i].StateSize;
            StepScratchLength += SpanAllocator.LengthOf(layers[i].StepScratchLength);
            ReducesTime |= layers[i].ReducesTime;
        }
    }

    /// <summary>The floats of one sequence's state, layer by layer.</summary>
    internal int StateSize { get; }

    /// <summary>The scratch floats that <see cref="Step"/> needs.</summary>
    internal long StepScratchLength { get; }

    /// <summary>The floats of a row of inputs; 1 for indices.</summary>
    internal int InputWidth => _layers[0].InputWidth;

    /// <summary>The floats of a row of outputs.</summary>
    internal int OutputSize => _layers[^1].OutputSize;

    /// <summary>Whether outputs are one row a sequence.</summary>
    internal bool ReducesTime { get; }

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
        SpanAllocator counting = SpanAllocator.Counting;
        for (int i = 0; i < _layers.Length; i++)
        {
            TakeTrace(i, ref counting, ref size);
        }

        return counting.Used;
    }

    /// <summary>Steps of all layers; returns where the outputs stand, [R, O], or [N, O] behind a layer that reduces time. As long as
    /// steps are to come the layers behind it wait, and nothing is returned.</summary>
    /// <param name="pass">the steps</param>
    /// <param name="inputs">[R, I]</param>
    /// <param name="state">each sequence's, <see cref="StateSize"/> floats</param>
    /// <param name="trace">at least <see cref="TraceLength"/></param>
    internal Span<float> Forward(scoped in ForwardPass pass, ReadOnlySpan<float> inputs, StateRows state, Span<float> trace)
    {
        ForwardPass here = pass;
        TraceSize size = pass.Size;
        var memory = new SpanAllocator(trace);
        Span<float> outputs = [];
        for (int i = 0; i < _layers.Length; i++)
        {
            NetworkLayer layer = _layers[i];
            Span<float> layerTrace = TakeTrace(i, ref memory, ref size);
            layer.Forward(here, inputs, StateOf(i, state), layerTrace);
            if (layer.ReducesTime)
            {
                if (here.HasMore)
                {
                    return [];
                }

                here = here.Reduced();
            }

            outputs = OutputsOf(layer, here.Sequences, layerTrace);
            inputs = outputs;
        }

        return outputs;
    }

    /// <summary>The outputs that a forward pass over all steps has left in the trace.</summary>
    internal Span<float> Outputs(scoped in Sequences sequences, Span<float> trace)
    {
        TraceSize size = sequences.Size;
        var memory = new SpanAllocator(trace);
        Span<float> last = [];
        for (int i = 0; i < _layers.Length; i++)
        {
            last = TakeTrace(i, ref memory, ref size);
        }

        return OutputsOf(_layers[^1], ReducesTime ? sequences.Reduced : sequences, last);
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
    /// <param name="gradients">added to</param>
    /// <param name="inputGradient">receives ∂L/∂inputs [R, I]; empty when not wanted</param>
    /// <param name="scratch">at least <see cref="BackwardScratchLength"/></param>
    internal void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, StateRows stateGradient,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
    {
        TraceSize size = sequences.Size;
        var memory = new SpanAllocator(scratch);
        var spare = new Scratch(this, ref memory, size);
        memory = new SpanAllocator(trace);
        BackwardFrom(0, sequences, inputs, ref memory, size, outputGradient, stateGradient, gradients, inputGradient, spare);
    }

    /// <summary>A layer and those above it: going up, the traces are found as they were laid out; coming down, gradients are.</summary>
    private void BackwardFrom(
        int place, scoped in Sequences sequences, ReadOnlySpan<float> inputs, scoped ref SpanAllocator memory, TraceSize size,
        Span<float> outputGradient, StateRows stateGradient, ParameterBuffer gradients, Span<float> inputGradient, in Scratch spare)
    {
        NetworkLayer layer = _layers[place];
        Span<float> trace = TakeTrace(place, ref memory, ref size);
        if (place + 1 < _layers.Length)
        {
            Sequences above = layer.ReducesTime ? sequences.Reduced : sequences;
            Span<float> between = (place % 2 == 0 ? spare.One : spare.Other)[..(above.Rows * layer.OutputSize)];
            BackwardFrom(
                place + 1, above, OutputsOf(layer, above, trace), ref memory, size, outputGradient, stateGradient, gradients, between,
                spare);
            outputGradient = between;
        }

        layer.Backward(
            sequences, inputs, trace, outputGradient, StateOf(place, stateGradient), gradients, inputGradient, spare.Inner);
    }

    /// <summary>Lays out the trace of a layer, that of each behind those below it; what is above it sees the size that it leaves.</summary>
    private Span<float> TakeTrace(int place, scoped ref SpanAllocator memory, scoped ref TraceSize size)
    {
        Span<float> trace = memory.Take(_layers[place].TraceLength(size));
        size = _layers[place].ReducesTime ? size.Reduced : size;
        return trace;
    }

    /// <param name="layer">the layer</param>
    /// <param name="sequences">as they are behind it</param>
    /// <param name="trace">the layer's</param>
    private static Span<float> OutputsOf(NetworkLayer layer, scoped in Sequences sequences, Span<float> trace)
        => trace.Slice(layer.OutputStart(sequences), sequences.Rows * layer.OutputSize);

    private StateRows StateOf(int place, StateRows state)
        => _layers[place].StateSize == 0 ? default : state.From(_starts[place].State, _statePartSize ?? _layers[place].StatePartSize);

    private readonly ref struct Scratch
    {
        internal Scratch(LayerStack stack, scoped ref SpanAllocator memory, TraceSize size)
        {
            long widest = 0, layers = 0;
            foreach (NetworkLayer layer in stack._layers)
            {
                layers = Math.Max(layers, layer.BackwardScratchLength(size));
                size = layer.ReducesTime ? size.Reduced : size;
                widest = Math.Max(widest, layer == stack._layers[^1] ? 0 : (long)size.Rows * layer.OutputSize);
            }

            One = memory.Take(widest);
            Other = memory.Take(widest);
            Inner = memory.Take(layers);
        }

        /// <summary>The gradients of a layer's outputs, and of the next one's, by turns.</summary>
        internal Span<float> One { get; }

        /// <inheritdoc cref="One"/>
        internal Span<float> Other { get; }

        /// <summary>The scratch of one layer after the other.</summary>
        internal Span<float> Inner { get; }
    }
}
