using System.Numerics.Tensors;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>
/// The row of each sequence that counts in a many-to-one network: that of its last step, but for columns of a reverse direction, which
/// has been through the whole sequence at the first step. Streamed, every step is the last so far.
/// </summary>
/// <param name="width">the floats of a row</param>
/// <param name="reverseColumn">the first column of a reverse direction; null where there is none</param>
internal sealed class LastStepLayer(int width, int? reverseColumn) : NetworkLayer
{
    private readonly int _forwardColumns = reverseColumn ?? width;

    internal override int InputWidth => width;

    internal override int OutputSize => width;

    internal override bool ReducesTime => true;

    internal override ref float Step(ref float x, ref float state, ref float scratch, bool descending) => ref x;

    /// <summary>Of sequences that go on in later steps it is the row so far, to be replaced when those come.</summary>
    internal override void Forward(in ForwardPass pass, ReadOnlySpan<float> inputs, StateRows state, Span<float> trace)
    {
        Sequences sequences = pass.Sequences;
        for (int i = 0; i < sequences.Batch; i++)
        {
            inputs.Slice(LastRow(sequences, i) * width, _forwardColumns).CopyTo(trace[(i * width)..]);
            inputs.Slice(i * width + _forwardColumns, width - _forwardColumns).CopyTo(trace[(i * width + _forwardColumns)..]);
        }
    }

    internal override void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, StateRows stateGradient,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
    {
        inputGradient.Clear();
        for (int i = 0; !inputGradient.IsEmpty && i < sequences.Batch; i++)
        {
            ReadOnlySpan<float> gradient = outputGradient.Slice(i * width, width);
            Span<float> end = inputGradient.Slice(LastRow(sequences, i) * width, _forwardColumns);
            TensorPrimitives.Add(end, gradient[.._forwardColumns], end);
            Span<float> beginning = inputGradient.Slice(i * width + _forwardColumns, width - _forwardColumns);
            TensorPrimitives.Add(beginning, gradient[_forwardColumns..], beginning);
        }
    }

    private protected override void LayOutTrace(ref SpanAllocator memory, TraceSize size) => memory.Take((long)size.Batch * width);

    private static int LastRow(in Sequences sequences, int sequence) => sequences.Start(sequences.Length(sequence) - 1) + sequence;
}
