using System.Diagnostics;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>The product of every row with one matrix: o = Wya·a + by. It knows no time: rows are steps × sequences.</summary>
internal sealed class DenseLayer
{
    private readonly ParameterSlice _weights;
    private readonly ParameterSlice _bias;
    private readonly PackedMatrix _packed;
    private readonly AlignedBuffer _packedBias;
    private readonly PackedMatrix? _transposed;

    /// <param name="inputSize">H</param>
    /// <param name="outputSize">O</param>
    /// <param name="layout">where the layer adds its parameters</param>
    /// <param name="name">stands before the parameters' names</param>
    /// <param name="scope">how far back the layer can propagate gradients</param>
    internal DenseLayer(int inputSize, int outputSize, ParameterLayout layout, string name, BackwardScope scope)
    {
        InputSize = inputSize;
        OutputSize = outputSize;
        _weights = layout.Add($"{name}.weights", outputSize, inputSize);
        _bias = layout.Add($"{name}.bias", 1, outputSize);
        _packed = new PackedMatrix(outputSize, inputSize);
        _packedBias = AlignedBuffer.Allocate(outputSize);
        _transposed = scope >= BackwardScope.Inputs ? new PackedMatrix(inputSize, outputSize) : null;
    }

    internal int InputSize { get; }

    internal int OutputSize { get; }

    /// <summary>The scratch floats that <see cref="Backward"/> needs.</summary>
    internal int BackwardScratchLength => GradientSum.ScratchLength(OutputSize);

    /// <summary>Takes the weights over into the order in which the kernels read them.</summary>
    internal void Pack(ParameterBuffer parameters)
    {
        _packed.Pack(parameters[_weights]);
        parameters[_bias].CopyTo(_packedBias.Span);
        _transposed?.PackTransposed(parameters[_weights]);
    }

    /// <param name="inputs">[R, H]</param>
    /// <param name="rows">R</param>
    /// <param name="outputs">[R, O]</param>
    internal void Forward(ReadOnlySpan<float> inputs, int rows, Span<float> outputs)
        => Product.MultiplyAddBias(_packed, inputs, rows, _packedBias.Slice(0, OutputSize), outputs);

    /// <param name="inputs">[R, H], as given to <see cref="Forward"/></param>
    /// <param name="delta">∂L/∂o [R, O]</param>
    /// <param name="rows">R</param>
    /// <param name="gradients">receives the sums over rows, added to what is there</param>
    /// <param name="inputGradient">receives ∂L/∂a [R, H]</param>
    /// <param name="scratch">at least <see cref="BackwardScratchLength"/></param>
    internal void Backward(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> delta, int rows,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
    {
        Debug.Assert(_transposed is not null, "the scope of the layer must reach its inputs");
        GradientSum.AddOuterProducts(delta, inputs, rows, gradients[_weights], scratch);
        GradientSum.AddRows(delta, rows, gradients[_bias]);
        Product.Multiply(_transposed, delta, rows, inputGradient);
    }
}
