using System.Runtime.InteropServices;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>Layer normalization, or that by root mean squares, of each row by itself; see <see cref="RowNormalization"/>.</summary>
/// <param name="gain">[I]</param>
/// <param name="bias">[I]; null for none</param>
/// <param name="epsilon">ε</param>
/// <param name="centers">whether the mean is subtracted</param>
internal sealed class NormalizationLayer(ParameterSlice gain, ParameterSlice? bias, float epsilon, bool centers) : NetworkLayer
{
    private readonly AlignedBuffer _gain = AlignedBuffer.Allocate(gain.Length);

    /// <summary>Zeros where there is none.</summary>
    private readonly AlignedBuffer _bias = AlignedBuffer.Allocate(gain.Length);

    internal override int InputWidth => gain.Columns;

    internal override int OutputSize => gain.Columns;

    internal override long StepScratchLength => SpanAllocator.LengthOf(OutputSize);

    private ReadOnlySpan<float> Gain => _gain.Slice(0, InputWidth);

    private ReadOnlySpan<float> Bias => _bias.Slice(0, InputWidth);

    internal override void Pack(ParameterBuffer parameters)
    {
        parameters[gain].CopyTo(_gain.Span);
        _bias.Span.Clear();
        if (bias is { } slice)
        {
            parameters[slice].CopyTo(_bias.Span);
        }
    }

    internal override ref float Step(ref float x, ref float state, ref float scratch, bool descending)
    {
        RowNormalization.Forward(
            MemoryMarshal.CreateReadOnlySpan(ref x, InputWidth), Gain, Bias, epsilon, centers,
            MemoryMarshal.CreateSpan(ref scratch, InputWidth));
        return ref scratch;
    }

    internal override void Forward(in ForwardPass pass, ReadOnlySpan<float> inputs, StateRows state, Span<float> trace)
    {
        int width = InputWidth;
        for (int start = 0; start < inputs.Length; start += width)
        {
            RowNormalization.Forward(inputs.Slice(start, width), Gain, Bias, epsilon, centers, trace.Slice(start, width));
        }
    }

    internal override void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, StateRows stateGradient,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
    {
        int width = InputWidth, length = sequences.Rows * width;
        Span<float> products = scratch[..length];
        for (int start = 0; start < length; start += width)
        {
            RowNormalization.Backward(
                inputs.Slice(start, width), Gain, epsilon, centers, outputGradient.Slice(start, width), products.Slice(start, width),
                inputGradient.IsEmpty ? [] : inputGradient.Slice(start, width));
        }

        GradientSum.AddRows(products, sequences.Rows, gradients[gain]);
        if (bias is { } slice)
        {
            GradientSum.AddRows(outputGradient[..length], sequences.Rows, gradients[slice]);
        }
    }

    private protected override void LayOutScratch(ref SpanAllocator memory, TraceSize size)
        => memory.Take((long)size.Rows * InputWidth);
}
