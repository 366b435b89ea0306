using System.Runtime.InteropServices;
using FastRnn.Memory;

namespace FastRnn.Training;

/// <summary>What a batch keeps from its forward pass to its backward pass, laid out in a workspace; it is the same for both.</summary>
internal readonly ref struct BackpropagationMemory
{
    /// <param name="size">how large the batch is</param>
    /// <param name="memory">at least <see cref="Length"/></param>
    internal BackpropagationMemory(Network network, BatchSize size, Span<float> memory)
    {
        RnnSpec spec = network.Spec;
        var pieces = new Allotment(memory);
        Lengths = MemoryMarshal.Cast<float, int>(pieces.Take(size.HasLengths ? size.Batch : 0));
        Order = MemoryMarshal.Cast<float, int>(pieces.Take((int)BatchOrder.MemoryLength(size.Steps, size.Batch, size.HasLengths)));
        State = pieces.Take(size.Batch * spec.StateSize);
        StateGradient = pieces.Take(size.Batch * spec.StateSize);
        Inputs = pieces.Take(size.KeepsInputs(network) ? size.Rows * network.Body.InputWidth : 0);
        InputGradient = pieces.Take(Inputs.Length);
        Targets = pieces.Take(size.HasLengths ? size.OutputRows(network) * spec.OutputSize : 0);
        OutputGradient = pieces.Take(size.OutputRows(network) * spec.OutputSize);
        bool isOne = spec.Shape == SequenceShape.ManyToOne;
        Last = pieces.Take(isOne ? size.Batch * network.Body.OutputSize : 0);
        LastGradient = pieces.Take(isOne ? size.Batch * network.Body.OutputSize : 0);
        BodyGradient = pieces.Take(isOne ? size.Rows * network.Body.OutputSize : 0);
        Trace = pieces.Take((int)size.TraceLength(network));
        TailTrace = pieces.Take((int)(network.Tail?.TraceLength(size.Batch, size.Batch) ?? 0));
        Scratch = pieces.Rest;
    }

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

    /// <summary>The floats that a batch takes; may be more than a buffer can hold.</summary>
    internal static long Length(Network network, BatchSize size)
    {
        RnnSpec spec = network.Spec;
        if ((long)size.Steps * size.Batch > Guard.LargestBuffer)
        {
            return (long)size.Steps * size.Batch;
        }

        long rows = size.Rows;
        bool isOne = spec.Shape == SequenceShape.ManyToOne;
        long scratch = network.Body.BackwardScratchLength(size.Rows, size.Batch);
        return Allotment.LengthOf(size.HasLengths ? size.Batch : 0)
            + Allotment.LengthOf(BatchOrder.MemoryLength(size.Steps, size.Batch, size.HasLengths))
            + 2 * Allotment.LengthOf((long)size.Batch * spec.StateSize)
            + 2 * Allotment.LengthOf(size.KeepsInputs(network) ? rows * network.Body.InputWidth : 0)
            + Allotment.LengthOf(size.HasLengths ? (long)size.OutputRows(network) * spec.OutputSize : 0)
            + Allotment.LengthOf((long)size.OutputRows(network) * spec.OutputSize)
            + 2 * Allotment.LengthOf(isOne ? (long)size.Batch * network.Body.OutputSize : 0)
            + Allotment.LengthOf(isOne ? rows * network.Body.OutputSize : 0)
            + Allotment.LengthOf(size.TraceLength(network))
            + Allotment.LengthOf(network.Tail?.TraceLength(size.Batch, size.Batch) ?? 0)
            + Math.Max(scratch, network.Tail?.BackwardScratchLength(size.Batch, size.Batch) ?? 0);
    }
}
