using FastRnn.Cells;
using FastRnn.Kernels;
using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn;

/// <summary>Describes a recurrent cell: its kind and its sizes. Made by the methods of this class; immutable.</summary>
public abstract record Cell
{
    private protected Cell(int hiddenSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hiddenSize);
        HiddenSize = hiddenSize;
    }

    /// <summary>The number of hidden units, H.</summary>
    public int HiddenSize { get; }

    /// <summary>
    /// The simple recurrent cell: a⟨t⟩ = g₁(Waa·a⟨t−1⟩ + Wax·x⟨t⟩ + b), with Wax [H, I], Waa [H, H], b [H].
    /// </summary>
    /// <remarks>Source: J. L. Elman, Finding structure in time, Cognitive Science 14 (1990). The same as PyTorch's <c>nn.RNN</c> with
    /// its two biases summed.</remarks>
    /// <param name="hiddenSize">The number of hidden units, H; at least 1.</param>
    /// <param name="activation">g₁: <see cref="Activation.Tanh"/> or <see cref="Activation.Relu"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1, or the activation is another one.</exception>
    public static Cell Elman(int hiddenSize, Activation activation = Activation.Tanh) => new ElmanCellSpec(hiddenSize, activation);

    internal abstract RecurrentLayer CreateLayer(int inputSize, ParameterLayout layout, string name, BackwardScope scope);

    private sealed record ElmanCellSpec : Cell
    {
        internal ElmanCellSpec(int hiddenSize, Activation activation)
            : base(hiddenSize)
        {
            Activation = activation is Activation.Tanh or Activation.Relu
                ? activation
                : throw new ArgumentOutOfRangeException(nameof(activation), activation, "Expected Tanh or Relu.");
        }

        public Activation Activation { get; }

        internal override RecurrentLayer CreateLayer(int inputSize, ParameterLayout layout, string name, BackwardScope scope)
            => Activation == Activation.Tanh
                ? new RecurrentLayer<ElmanCell<TanhActivation>>(inputSize, HiddenSize, layout, name, scope)
                : new RecurrentLayer<ElmanCell<ReluActivation>>(inputSize, HiddenSize, layout, name, scope);
    }
}
