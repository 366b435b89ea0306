using System.Globalization;
using FastRnn.Cells;
using FastRnn.Kernels;
using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn;

/// <summary>
/// Describes a recurrent layer: its cell and its sizes. Made by the methods of this class; immutable. Weights start uniform in ±1/√H.
/// </summary>
public abstract record Cell : Layer
{
    private protected Cell(int hiddenSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hiddenSize);
        HiddenSize = hiddenSize;
    }

    /// <summary>The number of hidden units, H.</summary>
    public int HiddenSize { get; }

    /// <summary>What tells a cell's arithmetic from that of others, where it is a type of its own: its name and its counts.</summary>
    internal virtual (string Name, int Gates, int States, int UnitWeights)? Arithmetic => null;

    internal sealed override bool IsTemporal => true;

    /// <summary>
    /// The simple recurrent cell: a⟨t⟩ = g₁(Waa·a⟨t−1⟩ + Wax·x⟨t⟩ + b), with Wax [H, I], Waa [H, H], b [H]. The output and the state
    /// are a.
    /// </summary>
    /// <remarks>Source: J. L. Elman, Finding structure in time, Cognitive Science 14 (1990). The same as PyTorch's <c>nn.RNN</c> with
    /// its two biases summed.</remarks>
    /// <param name="hiddenSize">The number of hidden units, H; at least 1.</param>
    /// <param name="activation">g₁: <see cref="Activation.Tanh"/> or <see cref="Activation.Relu"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1, or the activation is another one.</exception>
    public static Cell Elman(int hiddenSize, Activation activation = Activation.Tanh)
        => TanhOrRelu(activation) == Activation.Tanh
            ? new CellSpec<ElmanCell<TanhActivation>>(hiddenSize)
            : new CellSpec<ElmanCell<ReluActivation>>(hiddenSize);

    /// <summary>
    /// The Jordan network, in which the output is fed back: a⟨t⟩ = g₁(Wax·x⟨t⟩ + U·y⟨t−1⟩ + b), y⟨t⟩ = g₂(Wya·a⟨t⟩ + by), with Wax [H, I],
    /// U [H, O], b [H], Wya [O, H], by [O]. The output and the state are y.
    /// </summary>
    /// <remarks>Source: M. I. Jordan, Serial order: a parallel distributed processing approach, ICS Report 8604, University of California
    /// San Diego (1986); here without the decaying average of past outputs.</remarks>
    /// <param name="hiddenSize">The number of hidden units, H; at least 1.</param>
    /// <param name="outputSize">The number of outputs, O; at least 1.</param>
    /// <param name="activation">g₁: <see cref="Activation.Tanh"/> or <see cref="Activation.Relu"/>.</param>
    /// <param name="outputActivation">g₂, any.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or an activation is another one.</exception>
    public static Cell Jordan(
        int hiddenSize, int outputSize, Activation activation = Activation.Tanh, Activation outputActivation = Activation.Identity)
        => new JordanSpec(hiddenSize, outputSize, TanhOrRelu(activation), outputActivation);

    /// <summary>
    /// Long short-term memory: i = σ(zᵢ), f = σ(z_f), g = tanh(z_g), o = σ(zₒ), c⟨t⟩ = f⊙c⟨t−1⟩ + i⊙g, h⟨t⟩ = o⊙tanh(c⟨t⟩) with
    /// z = Wx·x⟨t⟩ + Wh·h⟨t−1⟩ + b, Wx [4·H, I], Wh [4·H, H], b [4·H], gates in the order i, f, g, o. With peepholes P [3, H], Pᵢ⊙c⟨t−1⟩
    /// and
    /// P_f⊙c⟨t−1⟩ are added to zᵢ and z_f, and Pₒ⊙c⟨t⟩ to zₒ. The output is h, the state h and c.
    /// </summary>
    /// <remarks>Sources: S. Hochreiter and J. Schmidhuber, Long short-term memory, Neural Computation 9 (1997); F. A. Gers,
    /// J. Schmidhuber and F. Cummins, Learning to forget, Neural Computation 12 (2000), for the gate f; F. A. Gers and J. Schmidhuber,
    /// Recurrent nets that time and count, IJCNN 2000, for the peepholes. The same as PyTorch's <c>nn.LSTM</c> with its two
    /// biases summed.</remarks>
    /// <param name="hiddenSize">The number of hidden units, H; at least 1.</param>
    /// <param name="peepholes">Whether the gates see the memory c.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public static Cell Lstm(int hiddenSize, bool peepholes = false)
        => peepholes ? new CellSpec<LstmCell<True>>(hiddenSize) : new CellSpec<LstmCell<False>>(hiddenSize);

    /// <summary>
    /// The gated recurrent unit, with W = [Wr; Wz; Wn] [3·H, I], U = [Ur; Uz; Un] [3·H, H], b = [br; bz; bn] [3·H]:
    /// r = σ(Wr·x⟨t⟩ + Ur·h⟨t−1⟩ + br), z = σ(Wz·x⟨t⟩ + Uz·h⟨t−1⟩ + bz), h⟨t⟩ = (1 − z)⊙n + z⊙h⟨t−1⟩. With the reset after the product
    /// n = tanh(Wn·x⟨t⟩ + bn + r⊙(Un·h⟨t−1⟩ + c)), with c [H], which comes behind b among the parameters; with the reset before it
    /// n = tanh(Wn·x⟨t⟩ + bn + Un·(r⊙h⟨t−1⟩)), without c. The output and the state are h.
    /// </summary>
    /// <remarks>Source: K. Cho et al., Learning phrase representations using RNN encoder–decoder, EMNLP 2014, which resets before. After
    /// is the form of cuDNN and of PyTorch's <c>nn.GRU</c>, here with the two biases of r and of z summed; before is ONNX's default.
    /// </remarks>
    /// <param name="hiddenSize">The number of hidden units, H; at least 1.</param>
    /// <param name="resetAfter">Whether r is applied after the recurrent product or before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public static Cell Gru(int hiddenSize, bool resetAfter = true)
        => resetAfter ? new CellSpec<GruCell>(hiddenSize) : new ResetBeforeGruSpec(hiddenSize);

    /// <summary>
    /// A cell of your own, with Wx [G·H, I], Wh [G·H, H], b [G·H] and unit weights [C, H]. The output is the first state, the state all S.
    /// </summary>
    /// <typeparam name="TCell">The arithmetic of a step.</typeparam>
    /// <param name="hiddenSize">The number of hidden units, H; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    /// <exception cref="ArgumentException">The cell has no gate or no state, or more vectors of a unit than 32 in a backward step, of which
    /// there are 2·G + 3·S + 2·C + 1.</exception>
    public static Cell Custom<TCell>(int hiddenSize)
        where TCell : struct, ICell<TCell>
    {
        long vectors = 2L * TCell.Gates + 3L * TCell.States + 2L * TCell.UnitWeights + 1;
        return TCell.Gates >= 1 && TCell.States >= 1 && TCell.UnitWeights >= 0 && vectors <= UnitVectors.Capacity
            ? new CellSpec<TCell>(hiddenSize)
            : throw new ArgumentException(
                $"Expected a cell of at least 1 gate and 1 state with 2·G + 3·S + 2·C + 1 ≤ {UnitVectors.Capacity}, but "
                + $"{typeof(TCell).Name} has {TCell.Gates} gates, {TCell.States} states and {TCell.UnitWeights} unit weights.",
                nameof(TCell));
    }

    /// <summary>
    /// Two recurrent layers over the same inputs, one forwards, one in reverse from each sequence's own end; the outputs of both, side by
    /// side, are the output, twice as large as a cell's. Parameters: those of the forward one, then those of the reverse one. The state
    /// has the parts of both side by side, h→, h←, then c→, c←. Such a network can't be streamed.
    /// </summary>
    /// <remarks>Source: M. Schuster and K. K. Paliwal, Bidirectional recurrent neural networks, IEEE Transactions on Signal Processing 45
    /// (1997).</remarks>
    /// <param name="cell">The cell of each direction.</param>
    /// <exception cref="ArgumentNullException"><paramref name="cell"/> is null.</exception>
    public static Layer Bidirectional(Cell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return new BidirectionalSpec(cell);
    }

    /// <summary>
    /// A recurrent layer that runs in reverse, from each sequence's own end to its first step; the output at a step has seen that step and
    /// the later ones. Parameters and state are the cell's. In a many-to-one network its last output is that of the first step. Such a
    /// network can't be streamed.
    /// </summary>
    /// <remarks>The backward half of <see cref="Bidirectional"/>; ONNX's direction <c>reverse</c>.</remarks>
    /// <param name="cell">The cell.</param>
    /// <exception cref="ArgumentNullException"><paramref name="cell"/> is null.</exception>
    public static Layer Reversed(Cell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return new ReversedSpec(cell);
    }

    internal override int OutputSize(int inputSize) => HiddenSize;

    internal sealed override NetworkLayer Create(LayerContext context, bool linear) => Create(context);

    private protected abstract RecurrentLayer Create(LayerContext context);

    private static Activation TanhOrRelu(Activation activation)
        => activation is Activation.Tanh or Activation.Relu
            ? activation
            : throw new ArgumentOutOfRangeException(nameof(activation), activation, "Expected Tanh or Relu.");

    internal sealed record CellSpec<TCell> : Cell
        where TCell : struct, ICell<TCell>
    {
        internal CellSpec(int hiddenSize)
            : base(hiddenSize)
        {
        }

        /// <summary>The type with its namespace and its arguments, without assemblies and their versions.</summary>
        internal override (string Name, int Gates, int States, int UnitWeights)? Arithmetic
            => (typeof(TCell).ToString(), TCell.Gates, TCell.States, TCell.UnitWeights);

        internal override string Kind => typeof(TCell).Name.Split('`')[0].Replace("Cell", string.Empty, StringComparison.Ordinal);

        internal override int StateSize(int inputSize) => TCell.States * HiddenSize;

        internal override int StatePartSize(int inputSize) => HiddenSize;

        internal override double FilledWidth(int inputSize) => (double)TCell.Gates * HiddenSize + 64;

        internal override double FilledLength(int inputSize)
            => Filled((double)TCell.Gates * HiddenSize, inputSize + (double)HiddenSize) + Filled(TCell.UnitWeights, HiddenSize);

        internal override long ParameterCount(int inputSize)
            => HiddenSize * (TCell.Gates * ((long)inputSize + HiddenSize + 1) + TCell.UnitWeights);

        private protected override RecurrentLayer Create(LayerContext context)
        {
            int gates = TCell.Gates * HiddenSize;
            float bound = LayerContext.Bound(HiddenSize);
            ParameterSlice input = context.Layout.Add($"{context.Name}.inputWeights", gates, context.InputSize, bound);
            ParameterSlice recurrent = context.Layout.Add($"{context.Name}.recurrentWeights", gates, HiddenSize, bound);
            ParameterSlice bias = context.Layout.AddVector($"{context.Name}.bias", gates, bound);
            ParameterSlice unitWeights = TCell.UnitWeights == 0
                ? default
                : context.Layout.Add($"{context.Name}.coefficients", TCell.UnitWeights, HiddenSize, bound);
            return new CellLayer<TCell>(
                context.Input(input, bias), context.Recurrent(recurrent), unitWeights, context.Scope);
        }
    }

    internal sealed record ResetBeforeGruSpec : Cell
    {
        internal ResetBeforeGruSpec(int hiddenSize)
            : base(hiddenSize)
        {
        }

        /// <summary>f of r and z. With the two below, other values than their defaults come from ONNX files.</summary>
        public Activation Gate { get; init; } = Activation.Sigmoid;

        /// <summary>g of n.</summary>
        public Activation Candidate { get; init; } = Activation.Tanh;

        /// <summary>What goes into f and g is within ±clip; ∞ for any values.</summary>
        public float Clip { get; init; } = float.PositiveInfinity;

        /// <summary>Whether the cell is that of <see cref="Gru"/>.</summary>
        internal bool IsPlain => this == new ResetBeforeGruSpec(HiddenSize);

        /// <summary>Null for the cell of <see cref="Gru"/>, which files describe by its name.</summary>
        internal override (string Name, int Gates, int States, int UnitWeights)? Arithmetic
            => IsPlain
                ? null
                : (string.Create(CultureInfo.InvariantCulture, $"{nameof(ResetBeforeGruCell)}[{Gate},{Candidate},{Clip:R}]"), 3, 1, 0);

        internal override string Kind => "Gru, reset before";

        internal override int StateSize(int inputSize) => HiddenSize;

        internal override double FilledWidth(int inputSize) => 2.0 * HiddenSize + 64;

        internal override double FilledLength(int inputSize) => Filled(3.0 * HiddenSize, inputSize + (double)HiddenSize);

        internal override long ParameterCount(int inputSize) => 3L * HiddenSize * ((long)inputSize + HiddenSize + 1);

        /// <summary>Weights of r and z, then those of n, each with its own product: together they are [3·H, …].</summary>
        private protected override RecurrentLayer Create(LayerContext context)
        {
            float bound = LayerContext.Bound(HiddenSize);
            ParameterSlice[] slices =
            [
                context.Layout.Add($"{context.Name}.inputWeights", 2 * HiddenSize, context.InputSize, bound),
                context.Layout.Add($"{context.Name}.inputWeights.n", HiddenSize, context.InputSize, bound),
                context.Layout.Add($"{context.Name}.recurrentWeights", 2 * HiddenSize, HiddenSize, bound),
                context.Layout.Add($"{context.Name}.recurrentWeights.n", HiddenSize, HiddenSize, bound),
                context.Layout.AddVector($"{context.Name}.bias", 2 * HiddenSize, bound),
                context.Layout.AddVector($"{context.Name}.bias.n", HiddenSize, bound),
            ];
            return new TwoProductLayer(
                new ResetBeforeGruCell(
                    Activations.Rows(Gate).Clipped(Clip), Activations.Rows(Candidate).Clipped(Clip), HiddenSize),
                context.Input(slices[0], slices[4]),
                context.Recurrent(slices[2]),
                context.Input(slices[1], slices[5]),
                context.Recurrent(slices[3]));
        }
    }

    internal sealed record JordanSpec : Cell
    {
        internal JordanSpec(int hiddenSize, int outputSize, Activation activation, Activation outputActivation)
            : base(hiddenSize)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputSize);
            Size = outputSize;
            Activation = activation;
            Output = Activations.Known(outputActivation, nameof(outputActivation));
        }

        public int Size { get; }

        public Activation Activation { get; }

        public Activation Output { get; }

        internal override string Kind => "Jordan";

        internal override int OutputSize(int inputSize) => Size;

        internal override int StateSize(int inputSize) => Size;

        internal override double FilledWidth(int inputSize) => Math.Max(HiddenSize, Size) + 64.0;

        internal override double FilledLength(int inputSize)
            => Filled(HiddenSize, inputSize + (double)Size) + Filled(Size, HiddenSize);

        internal override long ParameterCount(int inputSize)
            => HiddenSize * ((long)inputSize + Size + 1) + Size * (HiddenSize + 1L);

        private protected override RecurrentLayer Create(LayerContext context)
        {
            float bound = LayerContext.Bound(HiddenSize);
            ParameterSlice input = context.Layout.Add($"{context.Name}.inputWeights", HiddenSize, context.InputSize, bound);
            ParameterSlice feedback = context.Layout.Add($"{context.Name}.recurrentWeights", HiddenSize, Size, bound);
            ParameterSlice bias = context.Layout.AddVector($"{context.Name}.bias", HiddenSize, bound);
            ParameterSlice output = context.Layout.Add($"{context.Name}.outputWeights", Size, HiddenSize, bound);
            ParameterSlice outputBias = context.Layout.AddVector($"{context.Name}.outputBias", Size, bound);
            return new TwoProductLayer(
                new JordanCell(Activations.Rows(Activation), Activations.Rows(Output), HiddenSize, Size),
                context.Input(input, bias),
                context.Recurrent(feedback),
                secondInput: null,
                context.Recurrent(output, outputBias));
        }
    }

    internal sealed record BidirectionalSpec(Cell Cell) : Layer
    {
        internal override string Kind => $"Bidirectional {Cell.Kind}";

        internal override bool IsTemporal => true;

        internal override bool IsCausal => false;

        internal override int? ReverseColumn => Cell.OutputSize(0);

        internal override int OutputSize(int inputSize) => 2 * Cell.OutputSize(inputSize);

        internal override int StateSize(int inputSize) => 2 * Cell.StateSize(inputSize);

        internal override int StatePartSize(int inputSize) => 2 * Cell.StatePartSize(inputSize);

        internal override double FilledWidth(int inputSize) => 2 * Cell.FilledWidth(inputSize);

        internal override double FilledLength(int inputSize) => 2 * Cell.FilledLength(inputSize);

        internal override long ParameterCount(int inputSize) => 2 * Cell.ParameterCount(inputSize);

        internal override NetworkLayer Create(LayerContext context, bool linear)
            => new BidirectionalLayer(
                Cell.Create(context with { Name = $"{context.Name}.forward" }),
                new ReverseLayer(Cell.Create(context with { Name = $"{context.Name}.backward" })));
    }

    internal sealed record ReversedSpec(Cell Cell) : Layer
    {
        internal override string Kind => $"Reversed {Cell.Kind}";

        internal override bool IsTemporal => true;

        internal override bool IsCausal => false;

        internal override int? ReverseColumn => 0;

        internal override int OutputSize(int inputSize) => Cell.OutputSize(inputSize);

        internal override int StateSize(int inputSize) => Cell.StateSize(inputSize);

        internal override int StatePartSize(int inputSize) => Cell.StatePartSize(inputSize);

        internal override double FilledWidth(int inputSize) => Cell.FilledWidth(inputSize);

        internal override double FilledLength(int inputSize) => Cell.FilledLength(inputSize);

        internal override long ParameterCount(int inputSize) => Cell.ParameterCount(inputSize);

        internal override NetworkLayer Create(LayerContext context, bool linear) => new ReverseLayer(Cell.Create(context));
    }
}
