using System.Runtime.CompilerServices;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>Several inputs, which stand side by side in a row, each through a stack of its own; what these put out stands side by side too.
/// </summary>
internal sealed class InputsLayer : NetworkLayer
{
    private readonly Part[] _parts;

    /// <param name="rowWidth">the floats of a row, the bits of indices among them</param>
    /// <param name="parts">where each input begins in a row, how many floats it has, and its stack; null for values as they are</param>
    internal InputsLayer(int rowWidth, (int Start, int Width, LayerStack? Stack)[] parts)
    {
        InputWidth = rowWidth;
        _parts = new Part[parts.Length];
        int column = 0, state = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            (int start, int width, LayerStack? stack) = parts[i];
            _parts[i] = new Part(start, width, stack, column, state);
            column += _parts[i].OutputSize;
            state += stack?.StateSize ?? 0;
        }

        OutputSize = column;
        StateSize = state;
        StepScratchLength = SpanAllocator.LengthOf(column);
        foreach (Part part in _parts)
        {
            part.ScratchStart = checked((int)StepScratchLength);
            StepScratchLength += SpanAllocator.LengthOf(part.Width) + SpanAllocator.LengthOf(part.Stack?.StepScratchLength ?? 0);
        }
    }

    internal override int InputWidth { get; }

    internal override int OutputSize { get; }

    internal override int StateSize { get; }

    internal override long StepScratchLength { get; }

    internal override void Pack(ParameterBuffer parameters)
    {
        foreach (Part part in _parts)
        {
            part.Stack?.Pack(parameters);
        }
    }

    internal override ref float Step(ref float x, ref float state, ref float scratch, bool descending)
    {
        foreach (Part part in _parts)
        {
            // Copied, so that layers read it aligned.
            ref float own = ref Unsafe.Add(ref scratch, part.ScratchStart);
            VectorCopy.Copy(ref Unsafe.Add(ref x, part.Start), ref own, part.Width);
            ref float y = ref own;
            if (part.Stack is { } stack)
            {
                y = ref stack.Step(
                    ref own, ref Unsafe.Add(ref state, part.StateStart),
                    ref Unsafe.Add(ref own, (int)SpanAllocator.LengthOf(part.Width)), descending);
            }

            VectorCopy.Copy(ref y, ref Unsafe.Add(ref scratch, part.Column), part.OutputSize);
        }

        return ref scratch;
    }

    internal override void Forward(in ForwardPass pass, ReadOnlySpan<float> inputs, StateRows state, Span<float> trace)
    {
        var memory = new SpanAllocator(trace);
        Span<float> outputs = memory.Take((long)pass.Size.Rows * OutputSize);
        int rows = pass.Sequences.Rows;
        foreach (Part part in _parts)
        {
            Span<float> own = TakePart(part, ref memory, pass.Size, out Span<float> stackTrace)[..(rows * part.Width)];
            RowOrder.Copy(rows, inputs[part.Start..], InputWidth, own, part.Width, part.Width);
            ReadOnlySpan<float> results = part.Stack is { } stack
                ? stack.Forward(pass, own, state.From(part.StateStart), stackTrace)
                : own;
            RowOrder.Copy(rows, results, part.OutputSize, outputs[part.Column..], OutputSize, part.OutputSize);
        }
    }

    /// <summary>Of the inputs themselves no gradient is there.</summary>
    internal override void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, StateRows stateGradient,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
    {
        inputGradient.Clear();
        TraceSize size = sequences.Size;
        var memory = new SpanAllocator(scratch);
        var spare = new Scratch(this, ref memory, size);
        memory = new SpanAllocator(trace);
        memory.Take((long)size.Rows * OutputSize);
        int rows = sequences.Rows;
        foreach (Part part in _parts)
        {
            Span<float> own = TakePart(part, ref memory, size, out Span<float> stackTrace)[..(rows * part.Width)];
            if (part.Stack is { } stack)
            {
                Span<float> gradient = spare.Outputs[..(rows * part.OutputSize)];
                RowOrder.Copy(rows, outputGradient[part.Column..], OutputSize, gradient, part.OutputSize, part.OutputSize);
                stack.Backward(
                    sequences, own, stackTrace, gradient, stateGradient.From(part.StateStart), gradients, inputGradient: [], spare.Inner);
            }
        }
    }

    private protected override void LayOutTrace(ref SpanAllocator memory, TraceSize size)
    {
        memory.Take((long)size.Rows * OutputSize);
        foreach (Part part in _parts)
        {
            TakePart(part, ref memory, size, out _);
        }
    }

    private protected override void LayOutScratch(ref SpanAllocator memory, TraceSize size) => _ = new Scratch(this, ref memory, size);

    /// <summary>The rows of an input [R, width] and, behind them, the trace of its stack.</summary>
    private static Span<float> TakePart(Part part, scoped ref SpanAllocator memory, TraceSize size, out Span<float> stackTrace)
    {
        Span<float> own = memory.Take((long)size.Rows * part.Width);
        stackTrace = memory.Take(part.Stack?.TraceLength(size) ?? 0);
        return own;
    }

    /// <param name="start">the first of its floats in a row</param>
    /// <param name="width">how many</param>
    /// <param name="stack">null for values as they are</param>
    /// <param name="column">where its outputs begin</param>
    /// <param name="stateStart">where its state begins in the layer's</param>
    private sealed class Part(int start, int width, LayerStack? stack, int column, int stateStart)
    {
        internal int Start => start;

        internal int Width => width;

        internal LayerStack? Stack => stack;

        internal int Column => column;

        internal int StateStart => stateStart;

        internal int OutputSize { get; } = stack?.OutputSize ?? width;

        /// <summary>Where its floats, and behind them the scratch of its stack, begin in the scratch of a step.</summary>
        internal int ScratchStart { get; set; }
    }

    private readonly ref struct Scratch
    {
        internal Scratch(InputsLayer layer, scoped ref SpanAllocator memory, TraceSize size)
        {
            long widest = 0, inner = 0;
            foreach (Part part in layer._parts)
            {
                widest = Math.Max(widest, part.OutputSize);
                inner = Math.Max(inner, part.Stack?.BackwardScratchLength(size) ?? 0);
            }

            Outputs = memory.Take(size.Rows * widest);
            Inner = memory.Take(inner);
        }

        /// <summary>∂L/∂outputs of one input.</summary>
        internal Span<float> Outputs { get; }

        /// <summary>The scratch of one stack after the other.</summary>
        internal Span<float> Inner { get; }
    }
}
