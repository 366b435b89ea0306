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

    internal override void Pack(ParameterBuffer parameters)
    {
    }

    internal override ref float Step(ref float x, ref float state, ref float scratch, bool descending) => ref x;

    /// <summary>The outputs, and the factor of each value.</summary>
    internal override long TraceLength(int rows, int batch) => 2 * SpanAllocator.LengthOf((long)rows * width);

    internal override void Forward(
        in Sequences sequences, ReadOnlySpan<float> inputs, StateRows state, Span<float> trace, long trainingStep)
    {
        var memory = new SpanAllocator(trace);
        Span<float> outputs = memory.Take(sequences.Rows * width);
        Span<float> factors = memory.Take(sequences.Rows * width);
        if (trainingStep == 0)
        {
            factors.Fill(1);
            inputs.CopyTo(outputs);
        }
        else
        {
            DropoutMask.Fill(factors, rate, seed, trainingStep);
            Elementwise.Zip<Multiplication>(inputs, factors, outputs);
        }
    }

    internal override void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, StateRows stateGradient,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
    {
        if (!inputGradient.IsEmpty)
        {
            int length = sequences.Rows * width;
            Elementwise.Zip<Multiplication>(outputGradient, trace.Slice((int)SpanAllocator.LengthOf(length), length), inputGradient);
        }
    }
}
