using System.Diagnostics;
using FastRnn.Cells;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>
/// Runs a cell over time. A layer holds its weights, packed, and nothing that belongs to a stream: states and activations come as
/// spans. Sequences are time-major, [T, N, F].
/// </summary>
internal abstract class RecurrentLayer
{
    private protected RecurrentLayer(int inputSize, int hiddenSize)
    {
        InputSize = inputSize;
        HiddenSize = hiddenSize;
    }

    /// <summary>I</summary>
    internal int InputSize { get; }

    /// <summary>H</summary>
    internal int HiddenSize { get; }

    /// <summary>The scratch floats that <see cref="Backward"/> needs.</summary>
    internal abstract int BackwardScratchLength { get; }

    /// <summary>Takes the weights over into the order in which the kernels read them.</summary>
    internal abstract void Pack(ParameterBuffer parameters);

    /// <summary>One step of one stream.</summary>
    /// <param name="x">x⟨t⟩ [I]</param>
    /// <param name="hidden">a⟨t−1⟩ in, a⟨t⟩ out [H]</param>
    /// <param name="scratch">[H]</param>
    internal abstract void Step(ReadOnlySpan<float> x, Span<float> hidden, Span<float> scratch);

    /// <summary>All steps of N sequences; gives the bits that <see cref="Step"/> gives.</summary>
    /// <param name="inputs">[T, N, I]</param>
    /// <param name="hidden">[T + 1, N, H]: a⟨0⟩ in, a⟨1⟩ … a⟨T⟩ out behind it</param>
    internal abstract void Forward(ReadOnlySpan<float> inputs, Span<float> hidden, int steps, int batch);

    /// <summary>
    /// Back-propagation through time. Only Waaᵀ·δ⟨t+1⟩ is sequential; the gradient sums follow after the loop as one product each.
    /// Needs a layer whose <see cref="BackwardScope"/> reaches as far.
    /// </summary>
    /// <param name="inputs">[T, N, I], as given to <see cref="Forward"/></param>
    /// <param name="hidden">[T + 1, N, H], as left by <see cref="Forward"/></param>
    /// <param name="delta">[T, N, H]: ∂L/∂a from the layers above in, δ = ∂L/∂z out</param>
    /// <param name="gradients">receives the sums over time, added to what is there</param>
    /// <param name="inputGradient">receives ∂L/∂x [T, N, I]; empty when not wanted</param>
    /// <param name="initialGradient">receives ∂L/∂a⟨0⟩ [N, H]; empty when not wanted</param>
    /// <param name="scratch">at least <see cref="BackwardScratchLength"/></param>
    internal abstract void Backward(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> hidden, Span<float> delta, int steps, int batch,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> initialGradient, Span<float> scratch);
}

/// <inheritdoc/>
/// <typeparam name="TCell">compiled into the loops</typeparam>
internal sealed class RecurrentLayer<TCell> : RecurrentLayer
    where TCell : struct, ICell
{
    private readonly ParameterSlice _inputWeights;
    private readonly ParameterSlice _recurrentWeights;
    private readonly ParameterSlice _bias;
    private readonly PackedMatrix _input;
    private readonly PackedMatrix _recurrent;
    private readonly AlignedBuffer _packedBias;
    private readonly PackedMatrix? _inputTransposed;
    private readonly PackedMatrix? _recurrentTransposed;

    /// <param name="inputSize">I</param>
    /// <param name="hiddenSize">H</param>
    /// <param name="layout">where the layer adds its parameters</param>
    /// <param name="name">stands before the parameters' names</param>
    /// <param name="scope">how far back the layer can propagate gradients</param>
    internal RecurrentLayer(int inputSize, int hiddenSize, ParameterLayout layout, string name, BackwardScope scope)
        : base(inputSize, hiddenSize)
    {
        _inputWeights = layout.Add($"{name}.inputWeights", hiddenSize, inputSize);
        _recurrentWeights = layout.Add($"{name}.recurrentWeights", hiddenSize, hiddenSize);
        _bias = layout.Add($"{name}.bias", 1, hiddenSize);
        _input = new PackedMatrix(hiddenSize, inputSize);
        _recurrent = new PackedMatrix(hiddenSize, hiddenSize);
        _packedBias = AlignedBuffer.Allocate(hiddenSize);
        _recurrentTransposed = scope >= BackwardScope.Parameters ? new PackedMatrix(hiddenSize, hiddenSize) : null;
        _inputTransposed = scope >= BackwardScope.Inputs ? new PackedMatrix(inputSize, hiddenSize) : null;
    }

    internal override int BackwardScratchLength => GradientSum.ScratchLength(HiddenSize);

    internal override void Pack(ParameterBuffer parameters)
    {
        _input.Pack(parameters[_inputWeights]);
        _recurrent.Pack(parameters[_recurrentWeights]);
        parameters[_bias].CopyTo(_packedBias.Span);
        _inputTransposed?.PackTransposed(parameters[_inputWeights]);
        _recurrentTransposed?.PackTransposed(parameters[_recurrentWeights]);
    }

    internal override void Step(ReadOnlySpan<float> x, Span<float> hidden, Span<float> scratch)
    {
        Product.MultiplyAddBias(_input, x, 1, _packedBias.Slice(0, HiddenSize), scratch);
        Product.MultiplyAccumulate(_recurrent, hidden, 1, scratch);
        TCell.Forward(scratch, hidden);
    }

    internal override void Forward(ReadOnlySpan<float> inputs, Span<float> hidden, int steps, int batch)
    {
        int row = batch * HiddenSize;
        Debug.Assert(hidden.Length == (steps + 1) * row, "hidden must be [T + 1, N, H]");
        Product.MultiplyAddBias(_input, inputs, steps * batch, _packedBias.Slice(0, HiddenSize), hidden[row..]);
        for (int t = 0; t < steps; t++)
        {
            Span<float> next = hidden.Slice((t + 1) * row, row);
            Product.MultiplyAccumulate(_recurrent, hidden.Slice(t * row, row), batch, next);
            TCell.Forward(next, next);
        }
    }

    internal override void Backward(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> hidden, Span<float> delta, int steps, int batch,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> initialGradient, Span<float> scratch)
    {
        Debug.Assert(_recurrentTransposed is not null, "the scope of the layer must reach its parameters");
        int row = batch * HiddenSize;
        Debug.Assert(hidden.Length == (steps + 1) * row && delta.Length == steps * row, "hidden [T + 1, N, H], delta [T, N, H]");
        for (int t = steps - 1; t >= 0; t--)
        {
            Span<float> current = delta.Slice(t * row, row);
            if (t < steps - 1)
            {
                Product.MultiplyAccumulate(_recurrentTransposed, delta.Slice((t + 1) * row, row), batch, current);
            }

            TCell.Backward(hidden.Slice((t + 1) * row, row), current);
        }

        int rows = steps * batch;
        GradientSum.AddOuterProducts(delta, inputs, rows, gradients[_inputWeights], scratch);
        GradientSum.AddOuterProducts(delta, hidden[..(steps * row)], rows, gradients[_recurrentWeights], scratch);
        GradientSum.AddRows(delta, rows, gradients[_bias]);
        if (!inputGradient.IsEmpty)
        {
            Debug.Assert(_inputTransposed is not null, "the scope of the layer must reach its inputs");
            Product.Multiply(_inputTransposed, delta, rows, inputGradient);
        }

        if (!initialGradient.IsEmpty)
        {
            Product.Multiply(_recurrentTransposed, delta[..row], batch, initialGradient);
        }
    }
}
