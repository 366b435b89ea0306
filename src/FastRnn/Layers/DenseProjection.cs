using System.Diagnostics;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>The product of rows of values with a matrix.</summary>
internal sealed class DenseProjection : Projection
{
    private readonly PackedMatrix _packed;
    private readonly PackedMatrix? _transposed;
    private readonly AlignedBuffer _bias;

    internal DenseProjection(ParameterSlice weights, ParameterSlice? bias, BackwardScope scope)
        : base(weights, bias)
    {
        _packed = new PackedMatrix(weights.Rows, weights.Columns);
        _transposed = scope >= BackwardScope.Inputs ? new PackedMatrix(weights.Columns, weights.Rows) : null;
        _bias = bias is null ? default : AlignedBuffer.Allocate(weights.Rows);
    }

    internal override int InputWidth => _packed.Columns;

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

    /// <summary>y += W·x, without the bias.</summary>
    internal void ForwardAdding(ReadOnlySpan<float> inputs, int rows, Span<float> outputs)
        => Product.MultiplyAccumulate(_packed, inputs, rows, outputs);

    internal override void Propagate(ReadOnlySpan<float> delta, int rows, Span<float> inputGradient, bool add)
    {
        Debug.Assert(_transposed is not null, "the scope must reach the inputs");
        if (add)
        {
            Product.MultiplyAccumulate(_transposed, delta, rows, inputGradient);
        }
        else
        {
            Product.Multiply(_transposed, delta, rows, inputGradient);
        }
    }

    private protected override void AddWeightGradients(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> delta, int rows, Span<float> weightGradients, Span<float> scratch)
        => GradientSum.AddOuterProducts(delta, inputs, rows, weightGradients, scratch);
}
