using System.Runtime.InteropServices;
using FastRnn.Memory;

namespace FastRnn.Training;

/// <summary>What a batch keeps from its forward pass to its backward pass, laid out in a workspace; it is the same for both.</summary>
internal readonly ref struct BackpropagationMemory
{
    /// <param name="network">the layers</param>
    /// <param name="size">how large the batch is</param>
    /// <param name="pieces">where it lies</param>
    internal BackpropagationMemory(Network network, BatchSize size, SpanAllocator pieces)
    {
        RnnSpec spec = network.Spec;
        long outputs = (long)size.OutputRows(network) * spec.OutputSize;
        long state = (long)size.Batch * spec.StateSize;
        Lengths = MemoryMarshal.Cast<float, int>(pieces.Take(size.HasLengths ? size.Batch : 0));
        Order = MemoryMarshal.Cast<float, int>(pieces.Take(BatchOrder.MemoryLength(size.Steps, size.Batch, size.HasLengths)));
        State = pieces.Take(state);
        StateGradient = pieces.Take(state);
        Inputs = pieces.Take(size.KeepsInputs(network) ? (long)size.Rows * network.Body.InputWidth : 0);
        InputGradient = pieces.Take(size.KeepsInputGradient(network) ? (long)size.Rows * network.Body.InputWidth : 0);
        Targets = pieces.Take(size.HasLengths ? outputs : 0);
        OutputGradient = pieces.Take(outputs);
        bool isOne = spec.Shape == SequenceShape.ManyToOne;
        Last = pieces.Take(isOne ? (long)size.Batch * network.Body.OutputSize : 0);
        LastGradient = pieces.Take(isOne ? (long)size.Batch * network.Body.OutputSize : 0);
        BodyGradient = pieces.Take(isOne ? (long)size.Rows * network.Body.OutputSize : 0);
        Trace = pieces.Take(size.TraceLength(network));
        TailTrace = pieces.Take(network.Tail?.TraceLength(size.Batch, size.Batch) ?? 0);
        Scratch = pieces.Take(Math.Max(
            network.Body.BackwardScratchLength(size.Rows, size.Batch), network.Tail?.BackwardScratchLength(size.Batch, size.Batch) ?? 0));
        Length = pieces.Used;
    }

    /// <summary>The floats that all take.</summary>
    internal long Length { get; }

    /// <summary>[N], the lengths as given.</summary>
    internal Span<int> Lengths { get; }

    /// <summary>For <see cref="BatchOrder"/>.</summary>
    internal Span<int> Order { get; }

    /// <summary>[N, S]</summary>
    internal Span<float> State { get; }

    /// <summary>[N, S]</summary>
    internal Span<float> StateGradient { get; }

    /// <summary>[R, I] in the order of the layers, where the caller's can't be used.</summary>
    internal Span<float> Inputs { get; }

    /// <summary>[R, I] in the order of the layers.</summary>
    internal Span<float> InputGradient { get; }

    /// <summary>[R, O] or, many-to-one, [N, O] at most, in the order of the layers, where the caller's can't be used.</summary>
    internal Span<float> Targets { get; }

    /// <summary>Outputs or logits, and then their gradients: [R, O] or, many-to-one, [N, O].</summary>
    internal Span<float> OutputGradient { get; }

    /// <summary>The body's outputs that a many-to-one network goes on with, [N, F].</summary>
    internal Span<float> Last { get; }

    /// <summary>[N, F]</summary>
    internal Span<float> LastGradient { get; }

    /// <summary>[R, F]</summary>
    internal Span<float> BodyGradient { get; }

    internal Span<float> Trace { get; }

    internal Span<float> TailTrace { get; }

    internal Span<float> Scratch { get; }
}
