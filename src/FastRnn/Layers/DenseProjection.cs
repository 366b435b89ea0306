using System.Diagnostics;
using System.Runtime.CompilerServices;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>The product of rows of values with a matrix.</summary>
internal sealed class DenseProjection : Projection
{
    private readonly PackedMatrix _packed;
    private readonly PackedMatrix? _transposed;
    private readonly AlignedBuffer _bias;

    internal DenseProjection(ParameterSlice weights, ParameterSlice? bias, GradientScope scope)
        : base(weights, bias)
    {
        _packed = new PackedMatrix(weights.Rows, weights.Columns);
        _transposed = scope >= GradientScope.Inputs ? new PackedMatrix(weights.Columns, weights.Rows) : null;
        _bias = bias is null ? default : AlignedBuffer.Allocate(weights.Rows);
    }

    internal override int InputWidth => _packed.Columns;

    /// <summary>W as the kernels read it.</summary>
    internal PackedMatrix Packed => _packed;

    internal override long GradientScratchLength => GradientSum.ScratchLength(OutputSize);

    internal override void Pack(ParameterBuffer parameters)
    {
        _packed.Pack(parameters[Weights]);
        _transposed?.PackTransposed(parameters[Weights]);
        if (Bias is { } bias)
        {
            parameters[bias].CopyTo(_bias.Span);
        }
    }

    internal override void Forward(ReadOnlySpan<float> inputs, int rows, Span<float> outputs)
    {
        if (Bias is null)
        {
            Product.Multiply(_packed, inputs, rows, outputs);
        }
        else
        {
            Product.MultiplyAddBias(_packed, inputs, rows, _bias.Slice(0, OutputSize), outputs);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal override void Forward(
        ref float x, PackedMatrix recurrent, ref float h, ref float y, ref float q, bool descending)
    {
        ref float bias = ref _bias.IsEmpty ? ref Unsafe.NullRef<float>() : ref _bias.Start;
        Product.MultiplyPair(_packed, ref x, ref bias, recurrent, ref h, ref y, ref q, descending);
    }

    internal override void Propagate(ReadOnlySpan<float> delta, int rows, Span<float> inputGradient, bool add)
    {
        Debug.Assert(_transposed is not null, "the scope must reach the inputs");
        Product.Multiply(_transposed, delta, rows, inputGradient, add);
    }

    private protected override void AddWeightGradients(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> delta, int rows, Span<float> weightGradients, Span<float> scratch)
        => GradientSum.AddOuterProducts(delta, inputs, rows, weightGradients, scratch);
}
