using System.Numerics.Tensors;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>
/// As many groups as inputs: each output sees one input, element by element and without a matrix. Windows are [R, width, O], each input as
/// often as outputs see it.
/// </summary>
internal sealed class DepthwiseWindowProduct : WindowProduct
{
    private readonly ParameterSlice _weights;
    private readonly ParameterSlice? _bias;
    private readonly int _width;

    /// <summary>Wᵀ [width, O].</summary>
    private readonly AlignedBuffer _packed;
    private readonly AlignedBuffer _packedBias;

    /// <param name="weights">W [O, width]</param>
    /// <param name="bias">b [O]; null for none</param>
    /// <param name="inputSize">I, a divisor of O</param>
    internal DepthwiseWindowProduct(ParameterSlice weights, ParameterSlice? bias, int inputSize)
    {
        _weights = weights;
        _bias = bias;
        _width = weights.Columns;
        InputSize = inputSize;
        _packed = AlignedBuffer.Allocate(weights.Length);
        _packedBias = AlignedBuffer.Allocate(OutputSize);
        _packedBias.Span.Clear();
    }

    internal override int InputSize { get; }

    internal override int OutputSize => _weights.Rows;

    internal override int WindowSize => _width * OutputSize;

    /// <summary>How many outputs see one input.</summary>
    private int Copies => OutputSize / InputSize;

    internal override void Pack(ParameterBuffer parameters)
    {
        Transposition.Copy(parameters[_weights], _width, OutputSize, _width, _packed.Span, OutputSize);
        if (_bias is { } bias)
        {
            parameters[bias].CopyTo(_packedBias.Span);
        }
    }

    internal override long BackwardScratchLength(int rows) => SpanAllocator.LengthOf((long)rows * OutputSize) + OutputSize;

    internal override void Put(Span<float> windows, int rows, int row, int place, ReadOnlySpan<float> input)
    {
        Span<float> piece = windows.Slice(row * WindowSize + place * OutputSize, OutputSize);
        if (input.IsEmpty)
        {
            piece.Clear();
        }
        else if (Copies == 1)
        {
            input.CopyTo(piece);
        }
        else
        {
            for (int i = 0; i < input.Length; i++)
            {
                piece.Slice(i * Copies, Copies).Fill(input[i]);
            }
        }
    }

    internal override void AddTo(Span<float> sum, ReadOnlySpan<float> windows, int rows, int row, int place)
    {
        ReadOnlySpan<float> piece = windows.Slice(row * WindowSize + place * OutputSize, OutputSize);
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += Copies == 1 ? piece[i] : TensorPrimitives.Sum(piece.Slice(i * Copies, Copies));
        }
    }

    internal override void Forward(ReadOnlySpan<float> windows, int rows, Span<float> outputs, Span<float> scratch)
    {
        for (int row = 0; row < rows; row++)
        {
            Span<float> y = outputs.Slice(row * OutputSize, OutputSize);
            _packedBias.Slice(0, OutputSize).CopyTo(y);
            for (int k = 0; k < _width; k++)
            {
                TensorPrimitives.MultiplyAdd(
                    windows.Slice(row * WindowSize + k * OutputSize, OutputSize), _packed.Slice(k * OutputSize, OutputSize), y, y);
            }
        }
    }

    internal override void AddGradients(
        ReadOnlySpan<float> windows, ReadOnlySpan<float> delta, int rows, ParameterBuffer gradients, Span<float> scratch)
    {
        Span<float> products = scratch[..(rows * OutputSize)];
        Span<float> sum = scratch.Slice((int)SpanAllocator.LengthOf(products.Length), OutputSize);
        Span<float> weightGradients = gradients[_weights];
        for (int k = 0; k < _width; k++)
        {
            for (int row = 0; row < rows; row++)
            {
                TensorPrimitives.Multiply(
                    windows.Slice(row * WindowSize + k * OutputSize, OutputSize), delta.Slice(row * OutputSize, OutputSize),
                    products.Slice(row * OutputSize, OutputSize));
            }

            sum.Clear();
            GradientSum.AddRows(products, rows, sum);
            for (int output = 0; output < OutputSize; output++)
            {
                weightGradients[output * _width + k] += sum[output];
            }
        }

        if (_bias is { } bias)
        {
            GradientSum.AddRows(delta[..products.Length], rows, gradients[bias]);
        }
    }

    internal override void Propagate(ReadOnlySpan<float> delta, int rows, Span<float> windowGradients, Span<float> scratch)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int k = 0; k < _width; k++)
            {
                TensorPrimitives.Multiply(
                    delta.Slice(row * OutputSize, OutputSize), _packed.Slice(k * OutputSize, OutputSize),
                    windowGradients.Slice(row * WindowSize + k * OutputSize, OutputSize));
            }
        }
    }
}
