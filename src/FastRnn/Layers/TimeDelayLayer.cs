using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>
/// A causal convolution over time: y⟨t⟩ = g(b + Σ_k W_k·x⟨t − (width − 1 − k)·dilation⟩), with zeros before the first step. The state is
/// the window of past inputs, [(width − 1)·dilation, I], oldest first. Sources: A. Waibel et al., Phoneme recognition using time-delay
/// neural networks, IEEE Transactions on Acoustics, Speech, and Signal Processing 37 (1989); V. Peddinti et al., A time delay neural
/// network architecture for efficient modeling of long temporal contexts, Interspeech 2015 (dilation).
/// </summary>
/// <param name="projection">W [O, width·I], oldest first, and b [O]</param>
/// <param name="activation">g</param>
/// <param name="width">how many inputs an output sees</param>
/// <param name="dilation">steps from one of them to the next</param>
internal sealed class TimeDelayLayer(Projection projection, RowActivation activation, int width, int dilation) : NetworkLayer
{
    private readonly int _stepScratchLength
        = (int)(SpanAllocator.LengthOf(projection.InputWidth) + SpanAllocator.LengthOf(projection.OutputSize));

    internal override int InputWidth => WindowSize / width;

    internal override int OutputSize => projection.OutputSize;

    internal override int StateSize => Past * InputWidth;

    internal override int StatePartSize => StateSize;

    internal override long StepScratchLength => _stepScratchLength;

    private bool KeepsLogits => activation.KeepsInput;

    /// <summary>Floats of the inputs that an output sees.</summary>
    private int WindowSize => projection.InputWidth;

    /// <summary>Steps that an output looks back.</summary>
    private int Past => (width - 1) * dilation;

    internal override void Pack(ParameterBuffer parameters) => projection.Pack(parameters);

    internal override ref float Step(ref float x, ref float state, ref float scratch, bool descending)
    {
        var memory = new SpanAllocator(MemoryMarshal.CreateSpan(ref scratch, _stepScratchLength));
        Span<float> window = memory.Take(WindowSize);
        Span<float> output = memory.Take(OutputSize);
        int inputs = InputWidth;
        ReadOnlySpan<float> input = MemoryMarshal.CreateReadOnlySpan(ref x, inputs);
        Span<float> past = MemoryMarshal.CreateSpan(ref state, StateSize);
        for (int k = 0; k < width - 1; k++)
        {
            past.Slice(k * dilation * inputs, inputs).CopyTo(window[(k * inputs)..]);
        }

        input.CopyTo(window[((width - 1) * inputs)..]);
        if (!past.IsEmpty)
        {
            past[inputs..].CopyTo(past);
            input.CopyTo(past[^inputs..]);
        }

        projection.Forward(window, 1, output);
        activation.Forward(output, output, OutputSize);
        return ref MemoryMarshal.GetReference(output);
    }

    internal override void Forward(in ForwardPass pass, ReadOnlySpan<float> inputs, StateRows state, Span<float> trace)
    {
        Sequences sequences = pass.Sequences;
        int rows = sequences.Rows;
        var memory = new SpanAllocator(trace);
        var parts = new Trace(this, ref memory, rows);
        Span<float> windows = parts.Windows;
        for (int step = 0; step < sequences.Steps; step++)
        {
            for (int i = 0; i < sequences.Count(step); i++)
            {
                Span<float> window = windows.Slice((sequences.Start(step) + i) * WindowSize, WindowSize);
                for (int k = 0; k < width; k++)
                {
                    Input(sequences, inputs, state, step - (width - 1 - k) * dilation, i).CopyTo(window[(k * InputWidth)..]);
                }
            }
        }

        projection.Forward(windows, rows, parts.Logits);
        activation.Forward(parts.Logits, parts.Outputs, OutputSize);
        for (int i = 0; i < sequences.Batch; i++)
        {
            // Ascending: what is read has not been written yet.
            for (int place = 0; place < Past; place++)
            {
                Input(sequences, inputs, state, sequences.Length(i) - Past + place, i).CopyTo(Place(state, i, place));
            }
        }
    }

    internal override void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, StateRows stateGradient,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
    {
        int rows = sequences.Rows;
        var memory = new SpanAllocator(trace);
        var parts = new Trace(this, ref memory, rows);
        activation.Backward(parts.Logits, parts.Outputs, outputGradient, OutputSize);
        projection.AddGradients(parts.Windows, outputGradient, rows, gradients, scratch);
        if (inputGradient.IsEmpty && stateGradient.IsEmpty)
        {
            return;
        }

        memory = new SpanAllocator(scratch);
        var back = new Scratch(this, ref memory, new TraceSize(rows, sequences.Batch));
        projection.Propagate(outputGradient, rows, back.Windows, add: false);
        inputGradient.Clear();
        back.Past.Clear();
        var past = new StateRows(back.Past, StateSize, StateSize);
        for (int step = 0; step < sequences.Steps; step++)
        {
            for (int i = 0; i < sequences.Count(step); i++)
            {
                ReadOnlySpan<float> window = back.Windows.Slice((sequences.Start(step) + i) * WindowSize, WindowSize);
                for (int k = 0; k < width; k++)
                {
                    Add(window.Slice(k * InputWidth, InputWidth), sequences, inputGradient, past, step - (width - 1 - k) * dilation, i);
                }
            }
        }

        for (int i = 0; !stateGradient.IsEmpty && i < sequences.Batch; i++)
        {
            for (int place = 0; place < Past; place++)
            {
                Add(Place(stateGradient, i, place), sequences, inputGradient, past, sequences.Length(i) - Past + place, i);
            }

            past.Part(i, 0, StateSize).CopyTo(stateGradient.Part(i, 0, StateSize));
        }
    }

    private protected override void LayOutTrace(ref SpanAllocator memory, TraceSize size) => _ = new Trace(this, ref memory, size.Rows);

    /// <summary>The sums over rows are done before the windows' gradients are needed.</summary>
    private protected override void LayOutScratch(ref SpanAllocator memory, TraceSize size)
    {
        SpanAllocator counting = SpanAllocator.Counting;
        _ = new Scratch(this, ref counting, size);
        memory.Take(Math.Max(projection.GradientScratchLength, counting.Used));
    }

    /// <summary>Adds to the gradient of the input that <see cref="Input"/> gives.</summary>
    private void Add(
        ReadOnlySpan<float> gradient, in Sequences sequences, Span<float> inputGradient, StateRows past, int step, int sequence)
    {
        Span<float> sum = step < 0
            ? Place(past, sequence, Past + step)
            : inputGradient.IsEmpty ? [] : inputGradient.Slice((sequences.Start(step) + sequence) * InputWidth, InputWidth);
        if (!sum.IsEmpty)
        {
            TensorPrimitives.Add(sum, gradient, sum);
        }
    }

    /// <summary>The input of a sequence at a step; before the first one what the state holds.</summary>
    private ReadOnlySpan<float> Input(in Sequences sequences, ReadOnlySpan<float> inputs, StateRows state, int step, int sequence)
        => step < 0
            ? Place(state, sequence, Past + step)
            : inputs.Slice((sequences.Start(step) + sequence) * InputWidth, InputWidth);

    private Span<float> Place(StateRows state, int sequence, int place)
        => state.Part(sequence, 0, StateSize).Slice(place * InputWidth, InputWidth);

    private readonly ref struct Trace
    {
        internal Trace(TimeDelayLayer layer, ref SpanAllocator memory, int rows)
        {
            long length = (long)rows * layer.OutputSize;
            Outputs = memory.Take(length);
            Windows = memory.Take((long)rows * layer.WindowSize);
            Logits = layer.KeepsLogits ? memory.Take(length) : Outputs;
        }

        internal Span<float> Outputs { get; }

        /// <summary>What each output sees, [R, width·I].</summary>
        internal Span<float> Windows { get; }

        /// <summary>b + W·x; where the way back does not need it, the outputs take its place.</summary>
        internal Span<float> Logits { get; }
    }

    private readonly ref struct Scratch(TimeDelayLayer layer, ref SpanAllocator memory, TraceSize size)
    {
        /// <summary>∂L/∂windows.</summary>
        internal Span<float> Windows { get; } = memory.Take((long)size.Rows * layer.WindowSize);

        /// <summary>∂L/∂(state before the first step).</summary>
        internal Span<float> Past { get; } = memory.Take((long)size.Batch * layer.StateSize);
    }
}
