using System.Diagnostics;
using System.Runtime.CompilerServices;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>Layers one upon the other, at least one.</summary>
internal sealed class LayerStack
{
    private readonly NetworkLayer[] _layers;

    /// <summary>For each layer where its state and its scratch begin in those of a step; asked for once, not at every step.</summary>
    private readonly (int State, int Scratch)[] _starts;

    internal LayerStack(NetworkLayer[] layers)
    {
        _layers = layers;
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

    /// <summary>The floats of a row of outputs.</summary>
    internal int OutputSize => _layers[^1].OutputSize;

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
    internal long TraceLength(int rows, int batch)
    {
        long length = 0;
        foreach (NetworkLayer layer in _layers)
        {
            length += SpanAllocator.LengthOf(layer.TraceLength(rows, batch));
        }

        return length;
    }

    /// <summary>All steps of all layers; returns where the outputs [R, O] stand.</summary>
    /// <param name="sequences">which row is whose</param>
    /// <param name="inputs">[R, I]</param>
    /// <param name="state">[N, <see cref="StateSize"/>], or rows of more that begin with it</param>
    /// <param name="stateSize">floats from one row of the state to the next</param>
    /// <param name="trace">at least <see cref="TraceLength"/></param>
    /// <param name="trainingStep">counts from 1; 0 outside of training</param>
    internal Span<float> Forward(
        scoped in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> state, int stateSize, Span<float> trace, long trainingStep)
    {
        var memory = new SpanAllocator(trace);
        Span<float> outputs = [];
        int offset = 0;
        foreach (NetworkLayer layer in _layers)
        {
            Span<float> layerTrace = memory.Take((int)layer.TraceLength(sequences.Rows, sequences.Batch));
            layer.Forward(sequences, inputs, StateOf(layer, state, stateSize, offset), layerTrace, trainingStep);
            outputs = OutputsOf(layer, sequences, layerTrace);
            inputs = outputs;
            offset += layer.StateSize;
        }

        return outputs;
    }

    /// <summary>The outputs [R, O] that a forward pass has left in the trace.</summary>
    internal Span<float> Outputs(scoped in Sequences sequences, Span<float> trace)
    {
        int end = (int)TraceLength(sequences.Rows, sequences.Batch);
        return OutputsOf(_layers[^1], sequences, TraceOf(_layers[^1], sequences, trace, ref end));
    }

    /// <summary>The scratch floats that <see cref="Backward"/> needs.</summary>
    internal long BackwardScratchLength(int rows, int batch)
    {
        long scratch = 0;
        foreach (NetworkLayer layer in _layers)
        {
            scratch = Math.Max(scratch, layer.BackwardScratchLength(rows, batch));
        }

        return 2 * SpanAllocator.LengthOf((long)rows * WidestInput()) + scratch;
    }

    /// <summary>Back-propagation through all layers.</summary>
    /// <param name="sequences">as given to <see cref="Forward"/></param>
    /// <param name="inputs">as given to <see cref="Forward"/></param>
    /// <param name="trace">as <see cref="Forward"/> has left it; is changed</param>
    /// <param name="outputGradient">∂L/∂outputs [R, O]; is changed</param>
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
        var memory = new SpanAllocator(scratch);
        int widest = sequences.Rows * WidestInput();
        Span<float> one = memory.Take(widest);
        Span<float> other = memory.Take(widest);
        int end = (int)TraceLength(sequences.Rows, sequences.Batch);
        Span<float> layerTrace = TraceOf(_layers[^1], sequences, trace, ref end);
        int offset = StateSize;
        for (int i = _layers.Length - 1; i >= 0; i--)
        {
            NetworkLayer layer = _layers[i];
            offset -= layer.StateSize;
            Span<float> below = i == 0 ? inputGradient : one[..(sequences.Rows * layer.InputWidth)];
            Span<float> traceBelow = i == 0 ? [] : TraceOf(_layers[i - 1], sequences, trace, ref end);
            layer.Backward(
                sequences, i == 0 ? inputs : OutputsOf(_layers[i - 1], sequences, traceBelow), layerTrace, outputGradient,
                StateOf(layer, stateGradient, stateSize, offset), gradients, below, memory.Rest);
            outputGradient = below;
            layerTrace = traceBelow;
            Span<float> free = other;
            other = one;
            one = free;
        }
    }

    /// <summary>The piece of the trace before <paramref name="end"/>, which then is where it begins.</summary>
    private static Span<float> TraceOf(NetworkLayer layer, scoped in Sequences sequences, Span<float> trace, scoped ref int end)
    {
        int length = (int)SpanAllocator.LengthOf(layer.TraceLength(sequences.Rows, sequences.Batch));
        end -= length;
        return trace.Slice(end, length);
    }

    private int WidestInput()
    {
        int widest = 0;
        foreach (NetworkLayer layer in _layers)
        {
            widest = Math.Max(widest, layer.InputWidth);
        }

        return widest;
    }

    private static Span<float> OutputsOf(NetworkLayer layer, scoped in Sequences sequences, Span<float> trace)
        => trace.Slice(layer.OutputStart(sequences.Batch), sequences.Rows * layer.OutputSize);

    private static StateRows StateOf(NetworkLayer layer, Span<float> state, int stateSize, int offset)
        => layer.StateSize == 0 || state.IsEmpty ? default : new StateRows(state[offset..], stateSize, layer.StatePartSize);
}
