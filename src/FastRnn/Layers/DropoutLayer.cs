using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>
/// In training, each value is dropped with a probability p and the others are scaled by 1 / (1 − p), so that their expectation stays;
/// outside of training nothing happens. Source: N. Srivastava et al., Dropout: a simple way to prevent neural networks from
/// overfitting, JMLR 15 (2014).
/// </summary>
/// <param name="width">the floats of a row</param>
/// <param name="rate">p</param>
/// <param name="seed">the same seed drops the same values at the same step of training</param>
internal sealed class DropoutLayer(int width, float rate, int seed) : NetworkLayer
{
    internal override int InputWidth => width;

    internal override int OutputSize => width;

    internal override ref float Step(ref float x, ref float state, ref float scratch, bool descending) => ref x;

    internal override void Forward(in ForwardPass pass, ReadOnlySpan<float> inputs, StateRows state, Span<float> trace)
    {
        var memory = new SpanAllocator(trace);
        var parts = new Trace(ref memory, pass.Sequences.Rows * width);
        if (pass.TrainingStepNumber == 0)
        {
            parts.Factors.Fill(1);
            inputs.CopyTo(parts.Outputs);
        }
        else
        {
            DropoutMask.Fill(parts.Factors, rate, seed, pass.TrainingStepNumber);
            Elementwise.Zip(default(Multiplication), inputs, parts.Factors, parts.Outputs);
        }
    }

    internal override void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, StateRows stateGradient,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
    {
        if (!inputGradient.IsEmpty)
        {
            var memory = new SpanAllocator(trace);
            Elementwise.Zip(default(Multiplication), outputGradient, new Trace(ref memory, sequences.Rows * width).Factors, inputGradient);
        }
    }

    private protected override void LayOutTrace(ref SpanAllocator memory, TraceSize size)
        => _ = new Trace(ref memory, (long)size.Rows * width);

    private readonly ref struct Trace(ref SpanAllocator memory, long length)
    {
        internal Span<float> Outputs { get; } = memory.Take(length);

        /// <summary>What each input is multiplied by.</summary>
        internal Span<float> Factors { get; } = memory.Take(length);
    }
}
