using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>
/// A convolution over time: y⟨t⟩ = g(b + Σ_k W_k·x⟨t + lookAhead − (width − 1 − k)·dilation⟩), with zeros before a sequence's first step
/// and behind its last. Without looking ahead the state is the window of past inputs, [(width − 1)·dilation, I], oldest first. Sources:
/// A. Waibel et al., Phoneme recognition using time-delay neural networks, IEEE Transactions on Acoustics, Speech, and Signal Processing 37
/// (1989); V. Peddinti et al., A time delay neural network architecture for efficient modeling of long temporal contexts, Interspeech 2015
/// (dilation).
/// </summary>
/// <param name="product">W, oldest first, and b [O]</param>
/// <param name="activation">g</param>
/// <param name="width">how many inputs an output sees</param>
/// <param name="dilation">steps from one of them to the next</param>
/// <param name="lookAhead">how many steps behind its own an output sees</param>
internal sealed class TimeDelayLayer(
    WindowProduct product, RowActivation activation, int width, int dilation, int lookAhead) : NetworkLayer
{
    private readonly int _stepScratchLength
        = (int)(SpanAllocator.LengthOf(product.WindowSize) + SpanAllocator.LengthOf(product.OutputSize));

    internal override int InputWidth => product.InputSize;

    internal override int OutputSize => product.OutputSize;

    internal override int StateSize => Past * InputWidth;

    internal override int StatePartSize => StateSize;

    internal override long StepScratchLength => _stepScratchLength;

    private bool KeepsLogits => activation.KeepsInput;

    private WindowProduct Product => product;

    /// <summary>Floats of the inputs that an output sees.</summary>
    private int WindowSize => product.WindowSize;

    /// <summary>Steps that the state holds.</summary>
    private int Past => lookAhead == 0 ? (width - 1) * dilation : 0;

    internal override void Pack(ParameterBuffer parameters) => product.Pack(parameters);

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
            product.Put(window, 1, 0, k, past.Slice(k * dilation * inputs, inputs));
        }

        product.Put(window, 1, 0, width - 1, input);
        if (!past.IsEmpty)
        {
            past[inputs..].CopyTo(past);
            input.CopyTo(past[^inputs..]);
        }

        product.Forward(window, 1, output, []);
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
                int row = sequences.Start(step) + i;
                for (int k = 0; k < width; k++)
                {
                    product.Put(windows, rows, row, k, Input(sequences, inputs, state, StepOf(step, k), i));
                }
            }
        }

        product.Forward(windows, rows, parts.Logits, parts.Work);
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
        product.AddGradients(parts.Windows, outputGradient, rows, gradients, scratch);
        if (inputGradient.IsEmpty && stateGradient.IsEmpty)
        {
            return;
        }

        memory = new SpanAllocator(scratch);
        var back = new Scratch(this, ref memory, new TraceSize(rows, sequences.Batch));
        product.Propagate(outputGradient, rows, back.Windows, back.Work);
        inputGradient.Clear();
        back.Past.Clear();
        var past = new StateRows(back.Past, StateSize, StateSize);
        for (int step = 0; step < sequences.Steps; step++)
        {
            for (int i = 0; i < sequences.Count(step); i++)
            {
                int row = sequences.Start(step) + i;
                for (int k = 0; k < width; k++)
                {
                    Span<float> sum = SumOf(sequences, inputGradient, past, StepOf(step, k), i);
                    if (!sum.IsEmpty)
                    {
                        product.AddTo(sum, back.Windows, rows, row, k);
                    }
                }
            }
        }

        for (int i = 0; !stateGradient.IsEmpty && i < sequences.Batch; i++)
        {
            for (int place = 0; place < Past; place++)
            {
                Span<float> sum = SumOf(sequences, inputGradient, past, sequences.Length(i) - Past + place, i);
                if (!sum.IsEmpty)
                {
                    TensorPrimitives.Add(sum, Place(stateGradient, i, place), sum);
                }
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
        memory.Take(Math.Max(product.BackwardScratchLength(size.Rows), counting.Used));
    }

    /// <summary>The step of a window's input.</summary>
    private int StepOf(int step, int place) => step + lookAhead - (width - 1 - place) * dilation;

    /// <summary>Where the gradient of the input that <see cref="Input"/> gives is summed; empty where there is none.</summary>
    private Span<float> SumOf(scoped in Sequences sequences, Span<float> inputGradient, StateRows past, int step, int sequence)
        => step < 0 ? (lookAhead > 0 ? [] : Place(past, sequence, Past + step))
            : inputGradient.IsEmpty || step >= sequences.Length(sequence) ? []
            : inputGradient.Slice((sequences.Start(step) + sequence) * InputWidth, InputWidth);

    /// <summary>The input of a sequence at a step; before the first one what the state holds; empty for zeros.</summary>
    private ReadOnlySpan<float> Input(
        scoped in Sequences sequences, ReadOnlySpan<float> inputs, StateRows state, int step, int sequence)
        => step < 0 ? (lookAhead > 0 ? [] : Place(state, sequence, Past + step))
            : step >= sequences.Length(sequence) ? []
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
            Work = memory.Take(layer.Product.ForwardScratchLength(rows));
        }

        internal Span<float> Outputs { get; }

        /// <summary>What each output sees.</summary>
        internal Span<float> Windows { get; }

        /// <summary>b + W·x; where the way back does not need it, the outputs take its place.</summary>
        internal Span<float> Logits { get; }

        /// <summary>Of the product.</summary>
        internal Span<float> Work { get; }
    }

    private readonly ref struct Scratch(TimeDelayLayer layer, ref SpanAllocator memory, TraceSize size)
    {
        /// <summary>∂L/∂windows.</summary>
        internal Span<float> Windows { get; } = memory.Take((long)size.Rows * layer.WindowSize);

        /// <summary>∂L/∂(state before the first step).</summary>
        internal Span<float> Past { get; } = memory.Take((long)size.Batch * layer.StateSize);

        internal Span<float> Work { get; } = memory.Take(layer.Product.BackwardScratchLength(size.Rows));
    }
}
