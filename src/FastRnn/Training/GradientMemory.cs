using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn.Training;

/// <summary>What a batch keeps from its forward pass to its backward pass, laid out in a workspace; it is the same for both.</summary>
internal readonly ref struct GradientMemory
{
    /// <param name="network">the layers</param>
    /// <param name="size">how large the batch is</param>
    /// <param name="memory">where it lies</param>
    internal GradientMemory(Network network, BatchSize size, scoped ref SpanAllocator memory)
    {
        RnnSpec spec = network.Spec;
        long outputs = OutputRows(spec, size) * (long)spec.OutputSize;
        Pass = new NetworkPass(network, size, keepsTrace: true, ref memory);
        StateGradient = memory.Take((long)size.Batch * spec.StateSize);
        InputGradient = memory.Take(KeepsInputGradient(network, size) ? (long)size.Rows * network.Layers.InputWidth : 0);
        Targets = memory.Take(size.HasLengths ? outputs : 0);
        TargetWeights = memory.Take(size.HasLengths ? OutputRows(spec, size) : 0);
        OutputGradient = memory.Take(outputs);
        Scratch = memory.Take(network.Layers.BackwardScratchLength(size.Trace));
    }

    /// <summary>The forward pass.</summary>
    internal NetworkPass Pass { get; }

    /// <summary>[N, S]</summary>
    internal Span<float> StateGradient { get; }

    /// <summary>[R, I] in the order of the layers, where the caller's can't be used.</summary>
    internal Span<float> InputGradient { get; }

    /// <summary>[R, O] or, many-to-one, [N, O] at most, in the order of the layers, where the caller's can't be used.</summary>
    internal Span<float> Targets { get; }

    /// <summary>[R] or, many-to-one, [N], as the targets.</summary>
    internal Span<float> TargetWeights { get; }

    /// <summary>Outputs or logits, and then their gradients: [R, O] or, many-to-one, [N, O].</summary>
    internal Span<float> OutputGradient { get; }

    internal Span<float> Scratch { get; }

    /// <summary>The floats that all take; may be more than a buffer can hold.</summary>
    internal static long Length(Network network, BatchSize size)
    {
        SpanAllocator counting = SpanAllocator.Counting;
        _ = new GradientMemory(network, size, ref counting);
        return counting.Used;
    }

    /// <summary>How many rows of outputs there are.</summary>
    internal static int OutputRows(RnnSpec spec, BatchSize size) => spec.HasOneOutput ? size.Batch : size.Rows;

    /// <summary>Whether the gradients of the layers' inputs do not go to the caller: they are fed back, or are wanted in other rows.
    /// </summary>
    private static bool KeepsInputGradient(Network network, BatchSize size)
        => network.Spec.FeedsBack || (size.HasLengths && network.Scope == GradientScope.Inputs);
}
