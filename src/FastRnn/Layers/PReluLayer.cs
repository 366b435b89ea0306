using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>
/// y = x for x above 0, else a·x, each value by itself, with a trained slope a for each feature or one for all. Source: K. He et al.,
/// Delving deep into rectifiers, ICCV 2015.
/// </summary>
/// <param name="slopes">a [width], or [1]</param>
/// <param name="width">the floats of a row</param>
internal sealed class PReluLayer(ParameterSlice slopes, int width) : NetworkLayer
{
    /// <summary>[width], also of one slope for all.</summary>
    private readonly AlignedBuffer _slopes = AlignedBuffer.Allocate(width);

    internal override int InputWidth => width;

    internal override int OutputSize => width;

    internal override long StepScratchLength => SpanAllocator.LengthOf(width);

    private Span<float> Slopes => _slopes.Slice(0, width);

    internal override void Pack(ParameterBuffer parameters)
    {
        Span<float> values = parameters[slopes];
        if (slopes.Length == width)
        {
            values.CopyTo(Slopes);
        }
        else
        {
            Slopes.Fill(values[0]);
        }
    }

    internal override ref float Step(ref float x, ref float state, ref float scratch, bool descending)
    {
        Elementwise.Zip(
            default(Rectification), MemoryMarshal.CreateReadOnlySpan(ref x, width), Slopes, MemoryMarshal.CreateSpan(ref scratch, width));
        return ref scratch;
    }

    internal override void Forward(in ForwardPass pass, ReadOnlySpan<float> inputs, StateRows state, Span<float> trace)
    {
        for (int start = 0; start < pass.Sequences.Rows * width; start += width)
        {
            Elementwise.Zip(default(Rectification), inputs.Slice(start, width), Slopes, trace.Slice(start, width));
        }
    }

    internal override void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, StateRows stateGradient,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
    {
        int length = sequences.Rows * width;
        var memory = new SpanAllocator(scratch);
        Span<float> sums = memory.Take(width);

        // ∂L/∂a of each value.
        Span<float> products = memory.Take(length);
        Elementwise.Zip(default(SlopeGradient), inputs[..length], outputGradient[..length], products);
        sums.Clear();
        GradientSum.AddRows(products, sequences.Rows, sums);
        Span<float> slopeGradients = gradients[slopes];
        if (slopes.Length == width)
        {
            TensorPrimitives.Add(slopeGradients, sums, slopeGradients);
        }
        else
        {
            slopeGradients[0] += TensorPrimitives.Sum(sums);
        }

        for (int start = 0; start < inputGradient.Length; start += width)
        {
            Elementwise.Zip(
                default(InputGradient), inputs.Slice(start, width), Slopes, outputGradient.Slice(start, width),
                inputGradient.Slice(start, width));
        }
    }

    private protected override void LayOutScratch(ref SpanAllocator memory, TraceSize size)
    {
        memory.Take(width);
        memory.Take((long)size.Rows * width);
    }

    /// <summary>y of x and a.</summary>
    private readonly struct Rectification : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b)
            where TVector : struct, IVector<TVector>
            => TVector.WherePositive(a, a, a * b);
    }

    /// <summary>∂L/∂a of x and ∂L/∂y: x·∂L/∂y where x is below 0.</summary>
    private readonly struct SlopeGradient : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b)
            where TVector : struct, IVector<TVector>
            => VectorMath.AtMost(0, a) * b;
    }

    /// <summary>∂L/∂x of x, a and ∂L/∂y.</summary>
    private readonly struct InputGradient : ITernaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b, TVector c)
            where TVector : struct, IVector<TVector>
            => TVector.WherePositive(a, c, b * c);
    }
}
