using FastRnn.Kernels;
using FastRnn.Layers;

namespace FastRnn;

/// <summary>
/// Describes a layer of a network: its kind and its sizes. Made by the methods of this class and of <see cref="Cell"/>; immutable.
/// </summary>
public abstract record Layer
{
    private protected Layer()
    {
    }

    /// <summary>What the layer is, for messages.</summary>
    internal abstract string Kind { get; }

    /// <summary>Whether an output depends on other steps than its own.</summary>
    internal virtual bool IsTemporal => false;

    /// <summary>Whether an output depends on the steps so far alone, so that the layer can be streamed.</summary>
    internal virtual bool IsCausal => true;

    /// <summary>The columns from which on outputs are those of a reverse direction; null where there is none.</summary>
    internal virtual int? ReverseColumn => null;

    /// <summary>g₂ where the layer may put out networks' outputs, so that losses can be computed before it.</summary>
    internal virtual Activation? OutputActivation => null;

    /// <summary>y⟨t⟩ = g(W·x⟨t⟩ + b), with W [O, I] and b [O], each step by itself. Several make a feed-forward network.</summary>
    /// <param name="outputSize">The number of outputs, O; at least 1.</param>
    /// <param name="activation">g, any.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1, or there is no such activation.</exception>
    public static Layer Dense(int outputSize, Activation activation = Activation.Identity) => new DenseSpec(outputSize, activation);

    /// <summary>
    /// A causal convolution over time: y⟨t⟩ = g(b + Σ_k W_k·x⟨t − (width − 1 − k)·dilation⟩) for k from 0 to width − 1, with
    /// W = [W₀ … ] [O, width·I], oldest input first, and b [O]. Before the first step x is zero. The state is the window of past inputs,
    /// [(width − 1)·dilation, I], oldest first.
    /// </summary>
    /// <remarks>Sources: A. Waibel et al., Phoneme recognition using time-delay neural networks, IEEE Transactions on Acoustics, Speech,
    /// and Signal Processing 37 (1989); V. Peddinti et al., A time delay neural network architecture for efficient modeling of long
    /// temporal contexts, Interspeech 2015.</remarks>
    /// <param name="outputSize">The number of outputs, O; at least 1.</param>
    /// <param name="width">How many inputs an output sees; at least 1.</param>
    /// <param name="dilation">How many steps lie from one of them to the next; at least 1.</param>
    /// <param name="activation">g, any.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or there is no such activation.</exception>
    public static Layer TimeDelay(int outputSize, int width, int dilation = 1, Activation activation = Activation.Tanh)
        => new TimeDelaySpec(outputSize, width, dilation, activation);

    /// <summary>
    /// y⟨t⟩ = the row of a table [V, E] that the input, an index, names. Only the first layer of <see cref="RnnSpec.ForIndices"/>.
    /// </summary>
    /// <param name="size">E; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public static Layer Embedding(int size) => new EmbeddingSpec(size);

    /// <summary>
    /// In training, each value is dropped with a probability p and the others are scaled by 1 / (1 − p); outside of training the layer
    /// does nothing.
    /// </summary>
    /// <remarks>Source: N. Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting, JMLR 15 (2014).
    /// </remarks>
    /// <param name="rate">p; at least 0, below 1.</param>
    /// <param name="seed">The same seed drops the same values.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is out of its range.</exception>
    public static Layer Dropout(float rate, int seed = 0) => new DropoutSpec(rate, seed);

    /// <summary>The size of outputs, for inputs of a size.</summary>
    internal abstract int OutputSize(int inputSize);

    /// <summary>
    /// A bound from above of the floats that the parameters take, with every side of a matrix filled up as packing does at most.
    /// </summary>
    internal abstract double FilledLength(int inputSize);

    /// <summary>How many weights and biases the layer has.</summary>
    internal abstract long ParameterCount(int inputSize);

    /// <summary>A bound from above of the floats that a row takes in the sums of gradients.</summary>
    internal virtual double FilledWidth(int inputSize) => 0;

    /// <summary>The floats of one stream's state, for inputs of a size.</summary>
    internal virtual int StateSize(int inputSize) => 0;

    /// <summary>Floats from one part of the state to the next, such as from h to c.</summary>
    internal virtual int StatePartSize(int inputSize) => StateSize(inputSize);

    /// <summary>What a layer can't be here, as a sentence's end; null when it can.</summary>
    internal virtual string? Refusal(bool takesIndices) => null;

    /// <param name="context">the layer's place</param>
    /// <param name="linear">whether the network itself applies <see cref="OutputActivation"/></param>
    internal abstract NetworkLayer Create(LayerContext context, bool linear);

    private protected static double Filled(double rows, double columns) => (rows + 32) * (columns + 32);

    internal sealed record DenseSpec : Layer
    {
        internal DenseSpec(int outputSize, Activation activation)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputSize);
            Size = outputSize;
            Activation = Activations.Known(activation, nameof(activation));
        }

        internal override string Kind => "Dense";

        public int Size { get; }

        public Activation Activation { get; }

        internal override Activation? OutputActivation => Activation;

        internal override int OutputSize(int inputSize) => Size;

        internal override long ParameterCount(int inputSize) => Size * (inputSize + 1L);

        internal override double FilledLength(int inputSize) => Filled(Size, inputSize);

        internal override double FilledWidth(int inputSize) => Size + 64.0;

        internal override NetworkLayer Create(LayerContext context, bool linear)
            => new DenseLayer(
                context.Dense(context.InputSize, Size), linear ? RowActivation.Identity : Activations.Rows(Activation));
    }

    internal sealed record TimeDelaySpec : Layer
    {
        internal TimeDelaySpec(int outputSize, int width, int dilation, Activation activation)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputSize);
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dilation);
            Size = outputSize;
            Width = width;
            Dilation = dilation;
            Activation = Activations.Known(activation, nameof(activation));
        }

        internal override string Kind => "TimeDelay";

        public int Size { get; }

        public int Width { get; }

        public int Dilation { get; }

        public Activation Activation { get; }

        internal override bool IsTemporal => true;

        internal override int OutputSize(int inputSize) => Size;

        internal override long ParameterCount(int inputSize) => Size * ((long)Width * inputSize + 1);

        /// <summary>With the state, which may be longer than the weights.</summary>
        internal override double FilledLength(int inputSize)
            => Filled(Size, (double)Width * inputSize) + (double)Width * Dilation * inputSize;

        internal override double FilledWidth(int inputSize) => Size + 64.0;

        internal override int StateSize(int inputSize) => (Width - 1) * Dilation * inputSize;

        internal override string? Refusal(bool takesIndices)
            => takesIndices ? "takes values, but the network's inputs are indices: an embedding has to stand before it" : null;

        internal override NetworkLayer Create(LayerContext context, bool linear)
        {
            // The gradient of the window is that of the state too.
            GradientScope scope = context.Scope == GradientScope.None ? GradientScope.None : GradientScope.Inputs;
            Projection projection = (context with { Scope = scope }).Dense(Width * context.InputSize, Size);
            return new TimeDelayLayer(projection, Activations.Rows(Activation), Width, Dilation);
        }
    }

    internal sealed record EmbeddingSpec : Layer
    {
        internal EmbeddingSpec(int size)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
            Size = size;
        }

        internal override string Kind => "Embedding";

        public int Size { get; }

        internal override int OutputSize(int inputSize) => Size;

        internal override long ParameterCount(int inputSize) => (long)Size * inputSize;

        internal override double FilledLength(int inputSize) => Filled(inputSize, Size);

        internal override string? Refusal(bool takesIndices)
            => takesIndices ? null : "takes indices, but its inputs are values: it has to stand first, in a spec for indices";

        /// <summary>Values start with the variance 1, as PyTorch's do.</summary>
        internal override NetworkLayer Create(LayerContext context, bool linear)
            => new EmbeddingLayer(context.Layout.Add($"{context.Name}.table", context.InputSize, Size, MathF.Sqrt(3)));
    }

    internal sealed record DropoutSpec : Layer
    {
        internal DropoutSpec(float rate, int seed)
        {
            Rate = rate is >= 0 and < 1
                ? rate
                : throw new ArgumentOutOfRangeException(nameof(rate), rate, "Expected a probability from 0 up to, but not, 1.");
            Seed = seed;
        }

        internal override string Kind => "Dropout";

        public float Rate { get; }

        public int Seed { get; }

        internal override int OutputSize(int inputSize) => inputSize;

        internal override long ParameterCount(int inputSize) => 0;

        internal override double FilledLength(int inputSize) => 0;

        internal override string? Refusal(bool takesIndices)
            => takesIndices ? "takes values, but the network's inputs are indices" : null;

        internal override NetworkLayer Create(LayerContext context, bool linear)
            => new DropoutLayer(context.InputSize, Rate, HashSeed(Seed, context.Position));

        /// <summary>Layers of the same seed drop different values.</summary>
        private static int HashSeed(int seed, int position) => unchecked(seed * 397 + position);
    }
}
