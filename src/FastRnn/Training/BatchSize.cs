using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn.Training;

/// <summary>How large a batch is.</summary>
/// <param name="Steps">T</param>
/// <param name="Batch">N</param>
/// <param name="Rows">R, the sum of the lengths</param>
/// <param name="HasLengths">whether lengths are given</param>
internal readonly record struct BatchSize(int Steps, int Batch, int Rows, bool HasLengths)
{
    internal BatchSize(BatchShape shape)
        : this(
            shape.Steps, shape.Sequences, shape.Lengths.IsEmpty ? shape.Steps * shape.Sequences : Sum(shape.Lengths),
            !shape.Lengths.IsEmpty)
    {
    }

    /// <summary>How many rows of outputs there are.</summary>
    internal int OutputRows(Network network) => network.Spec.Shape == SequenceShape.ManyToOne ? Batch : Rows;

    /// <summary>Whether the layers' inputs are not the caller's: other rows, or outputs fed back.</summary>
    internal bool KeepsInputs(Network network) => HasLengths || network.Spec.Shape == SequenceShape.OneToMany;

    /// <summary>Whether the gradients of the layers' inputs do not go to the caller: they are fed back, or are wanted in other
    /// rows.</summary>
    internal bool KeepsInputGradient(Network network)
        => network.Spec.Shape == SequenceShape.OneToMany || (HasLengths && network.Scope == GradientScope.Inputs);

    /// <summary>The floats that all steps leave in the trace: those of all at once, or, fed back, of each by itself.</summary>
    internal long TraceLength(Network network)
        => network.Spec.Shape == SequenceShape.OneToMany
            ? Steps * StepTraceLength(network)
            : network.Body.TraceLength(Rows, Batch);

    /// <summary>The floats that one step by itself leaves in the trace.</summary>
    internal long StepTraceLength(Network network) => SpanAllocator.LengthOf(network.Body.TraceLength(Batch, Batch));

    private static int Sum(ReadOnlySpan<int> lengths)
    {
        int sum = 0;
        foreach (int length in lengths)
        {
            sum += length;
        }

        return sum;
    }
}
